"""The demo: the real App on its embedded defaults, playing its main job against the sandbox."""
