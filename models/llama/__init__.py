"""The toy's own storyteller: a small Llama, converted, quantised and measured."""
