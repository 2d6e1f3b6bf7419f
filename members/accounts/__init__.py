"""What ties the sign-in library to our members."""
