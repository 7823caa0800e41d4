package io.tesserae.training.family;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tesserae.family.Head;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.tensor.TensorSource;
import io.tesserae.training.layer.Linear;
import io.tesserae.training.tape.Initialization;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What parameters are before the first step: tied or not, and their values where they begin anew. */
class BeginningsTest {

    private static final float[] WORDS = {1, 2, 3, 4, 5, 6};

    /** Matrices of 3 rows and 2 columns. */
    private record Matrices(Map<String, float[]> values) implements TensorSource {

        @Override
        public Set<String> names() {
            return values.keySet();
        }

        @Override
        public long[] shape(String name) {
            return new long[] {3, 2};
        }

        @Override
        public void read(String name, long first, float[] destination, int offset, int count) {
            System.arraycopy(values.get(name), (int) first, destination, offset, count);
        }

        @Override
        public String describe(String name) {
            return name;
        }

        @Override
        public void close() {}
    }

    private static boolean isTied(boolean configured, Map<String, float[]> stored) {
        Parameters parameters = Parameters.of(new Matrices(stored), "bert.", 1, 0.02f).head();
        Parameter words = parameters.require("words", Initialization.NORMAL, 3, 2);
        Parameter bias = parameters.require("bias", Initialization.ZEROS, 3);
        Linear decoder = new WordDecoder(configured, words).of(parameters, "decoder.weight", bias);
        return decoder.weight() == words;
    }

    /** As transformers 5.18 does it. */
    @Test
    void aDecoderIsTiedUnlessTheCheckpointHasAnother() {
        float[] another = {1, 2, 3, 4, 5, 7};
        assertEquals(true, isTied(true, Map.of("words", WORDS)));
        assertEquals(true, isTied(true, Map.of("words", WORDS, "decoder.weight", WORDS.clone())));
        assertEquals(false, isTied(true, Map.of("words", WORDS, "decoder.weight", another)));
        assertEquals(false, isTied(false, Map.of("words", WORDS, "decoder.weight", WORDS.clone())));
        assertEquals(false, isTied(false, Map.of("words", WORDS)));
    }

    private static Parameters fromScratch(String config) {
        PretrainedConfig read = PretrainedConfig.parse(config, "config.json");
        Parameters parameters = Parameters.fromScratch(1, 0.02f);
        TrainableFamilies.of(read.modelType()).orElseThrow().heads().get(Head.ENCODER).build(read, parameters);
        return parameters;
    }

    private static float[] row(Parameters parameters, String name, int row) {
        Parameter table = parameters.named(name).orElseThrow();
        int columns = table.value().dimension(1);
        return Arrays.copyOfRange(table.data(), row * columns, (row + 1) * columns);
    }

    /** Numbers of PyTorch. */
    @Test
    void positionsBeginAsSinusoidsWhereTheConfigurationSaysSo() {
        Parameters parameters = fromScratch("""
                {"model_type": "distilbert", "dim": 8, "n_layers": 1, "n_heads": 2, "hidden_dim": 8, "vocab_size": 9,
                 "sinusoidal_pos_embds": true}""");
        float[] expected = {0.8415f, 0.5403f, 0.0998f, 0.9950f, 0.0100f, 0.9999f, 0.0010f, 1f};
        assertArrayEquals(expected, row(parameters, "distilbert.embeddings.position_embeddings.weight", 1), 1e-4f);
    }

    @Test
    void rowsOfPaddingBeginAtZero() {
        Parameters parameters = fromScratch("""
                {"model_type": "mpnet", "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2,
                 "intermediate_size": 4, "vocab_size": 9, "max_position_embeddings": 9}""");
        for (String table : new String[] {"word", "position"}) {
            String name = "mpnet.embeddings." + table + "_embeddings.weight";
            assertArrayEquals(new float[4], row(parameters, name, 1));
            assertNotEquals(0f, row(parameters, name, 2)[0]);
        }
    }
}
