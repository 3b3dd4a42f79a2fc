"""The number, the list and a badge on other people's sites: no script, no cookie, no tracker."""
