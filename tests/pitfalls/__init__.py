"""What servers like ours get wrong (the field's list of 69), each as a test that has the statement for a name."""
