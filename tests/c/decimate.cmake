toy_test(decimate toy_audio)
