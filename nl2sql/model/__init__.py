"""Language models behind one protocol: llama.cpp in process, an OpenAI-compatible server, and a scripted one."""
