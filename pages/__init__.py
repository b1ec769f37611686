"""What people see: pages in a browser, and the operator's commands in a terminal."""
