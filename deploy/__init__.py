"""What runs beside the application in docker-compose.yml."""
