package io.tesserae.benchmarks;

import io.tesserae.kernel.Activation;
import io.tesserae.kernel.Engine;
import io.tesserae.model.DistilBertConfig;
import io.tesserae.model.DistilBertForSequenceClassification;
import io.tesserae.tensor.TensorSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A DistilBERT classifier without a file: every weight is computed from its place when it is read, so that a model of any
 * size can be timed on a machine that has no checkpoint. Times do not depend on the values, as long as none is denormal.
 */
final class RandomDistilBert implements TensorSource {

    /** The sizes of distilbert-base. */
    static final DistilBertConfig BASE = new DistilBertConfig(30522, 512, 768, 6, 12, 3072, Activation.GELU);

    private static final int LABELS = 2;

    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    private RandomDistilBert(DistilBertConfig config) {
        add("distilbert.embeddings.word_embeddings.weight", config.vocabSize(), config.dim());
        add("distilbert.embeddings.position_embeddings.weight", config.maxPositionEmbeddings(), config.dim());
        addWithBias("distilbert.embeddings.LayerNorm", config.dim());
        for (int layer = 0; layer < config.nLayers(); layer++) {
            String block = "distilbert.transformer.layer." + layer + ".";
            for (String part : new String[] {"q_lin", "k_lin", "v_lin", "out_lin"}) {
                addWithBias(block + "attention." + part, config.dim(), config.dim());
            }
            addWithBias(block + "sa_layer_norm", config.dim());
            addWithBias(block + "ffn.lin1", config.hiddenDim(), config.dim());
            addWithBias(block + "ffn.lin2", config.dim(), config.hiddenDim());
            addWithBias(block + "output_layer_norm", config.dim());
        }
        addWithBias("pre_classifier", config.dim(), config.dim());
        addWithBias("classifier", LABELS, config.dim());
    }

    /** A model with two labels. */
    static DistilBertForSequenceClassification load(Engine engine, DistilBertConfig config) {
        return DistilBertForSequenceClassification.load(engine, config, LABELS, new RandomDistilBert(config));
    }

    private void addWithBias(String name, long... shape) {
        add(name + ".weight", shape);
        add(name + ".bias", shape[0]);
    }

    private void add(String name, long... shape) {
        shapes.put(name, shape);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(shapes.keySet());
    }

    @Override
    public long[] shape(String name) {
        return shapes.get(name).clone();
    }

    /** Matrices that keep the size of what they multiply, norms near 1, biases near 0. */
    @Override
    public void read(String name, long first, float[] destination, int offset, int count) {
        long[] shape = shapes.get(name);
        boolean norm = name.toLowerCase().endsWith("norm.weight");
        float scale = shape.length == 2 ? (float) (2 / Math.sqrt(shape[1])) : 0.2f;
        for (int i = 0; i < count; i++) {
            destination[offset + i] = (norm ? 1 : 0) + scale * uniform(name.hashCode(), first + i);
        }
    }

    /** From -1 to 1: SplitMix64 of the tensor and the place in it; Steele, Lea and Flood, OOPSLA 2014. */
    static float uniform(int tensor, long index) {
        long z = tensor * 0xD1342543DE82EF95L + index * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return ((z ^ z >>> 31) >> 40) * 0x1p-23f;
    }

    @Override
    public String describe(String name) {
        return "random weights, tensor " + name;
    }

    @Override
    public void close() {}
}
