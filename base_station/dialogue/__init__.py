"""What is said: persona, memory, sentences. Knows nothing of sound or links."""
