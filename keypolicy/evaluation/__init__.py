"""What a whole key policy means: compiled rules, one fold over them, and the answers that it gives.

Read `evaluate.py` first: it is the KMS flow chart for the key policy's side.
"""
