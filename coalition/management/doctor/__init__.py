"""What `manage.py doctor` looks at: one function a subject, each one line and what to do."""
