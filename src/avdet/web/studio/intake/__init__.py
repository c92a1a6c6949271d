"""Where orders come from: connected shops, files, and the rules that give products their traits."""
