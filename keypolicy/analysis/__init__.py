"""Questions that people ask of a key policy, answered with evaluation."""
