"""What an evaluation will be able to tell and what it will take, before anybody launches it."""
