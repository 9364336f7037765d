"""The fault matrix: everything fails at random, and the workspace's own record says whether a message was lost."""
