"""The flow of money as a picture: where it stands is computed here, and drawn without any script."""
