package io.tesserae.benchmarks;

/**
 * How large a transformer's blocks are. Its feed-forward is four times as wide as its hidden states.
 */
public enum BlockSizes {
    BASE("DistilBERT-base", 12, 64),
    MINILM("MiniLM-L6", 12, 32);

    /** The model that has such blocks. */
    final String model;

    final int heads;
    final int headSize;

    BlockSizes(String model, int heads, int headSize) {
        this.model = model;
        this.heads = heads;
        this.headSize = headSize;
    }

    int width() {
        return heads * headSize;
    }
}
