"""What must hold, as asset checks: blocking where a failure would poison what follows."""
