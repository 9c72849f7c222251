toy_test(codec toy_audio)
toy_test(gain toy_audio)
toy_test(vad toy_audio)
