"""What the installer of Windows has the program do itself: settings of the machine, and erasure."""
