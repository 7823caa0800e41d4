package io.tesserae.family.idefics3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.llama.LlamaConfig;
import io.tesserae.kernel.Kernels;
import io.tesserae.layer.RotaryEmbedding;
import io.tesserae.model.DecoderState;
import io.tesserae.model.GenerationTokens;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageExtent;
import io.tesserae.model.ImageGrid;
import io.tesserae.model.InterleavedBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.PictureSight;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.VisionLanguageOutput;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorsInMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** However a text with pictures is read, alone or beside others, at once or token by token: the numbers are the same, to the last bit. */
class Idefics3Test {

    private static final int VOCABULARY = 41;
    private static final int MARK = 40;
    private static final int PATCH = 2;
    private static final int SCALE = 2;
    private static final int TEXT_HIDDEN = 20;

    private static final List<Idefics3> MODELS = engines().stream()
            .map(engine -> Idefics3.load(engine, config(), weights()))
            .toList();

    /** Whose results must be the same. */
    private static List<Engine> engines() {
        return List.of(
                Engine.builder().threads(1).build(),
                Engine.builder().threads(2).build(),
                Engine.builder().threads(2).kernels(Kernels.scalar()).build());
    }

    private static Idefics3Config config() {
        RotaryEmbedding rope =
                RotaryEmbedding.of(RotaryEmbedding.frequencies(10, 10_000), 1f, RotaryEmbedding.Layout.HALVES);
        return new Idefics3Config(
                new LlamaConfig(
                        VOCABULARY,
                        TEXT_HIDDEN,
                        33,
                        2,
                        2,
                        1,
                        10,
                        Activation.named("silu"),
                        4096,
                        1e-5f,
                        false,
                        false,
                        rope),
                new Idefics3VisionConfig(
                        12,
                        2,
                        2,
                        21,
                        Activation.named("gelu_pytorch_tanh"),
                        1e-6f,
                        3,
                        new ImageGrid(4 * PATCH, 4 * PATCH, PATCH, PATCH)),
                SCALE,
                MARK,
                true,
                new GenerationTokens(OptionalInt.of(1), List.of(2), OptionalInt.empty()));
    }

    /** Random weights, the same every time. */
    private static TensorsInMemory weights() {
        Random random = new Random(7);
        TensorsInMemory weights = new TensorsInMemory();
        String text = "model.text_model.";
        add(weights, random, text + "embed_tokens.weight", VOCABULARY, TEXT_HIDDEN);
        add(weights, random, text + "norm.weight", TEXT_HIDDEN);
        for (int layer = 0; layer < 2; layer++) {
            String block = text + "layers." + layer + ".";
            add(weights, random, block + "input_layernorm.weight", TEXT_HIDDEN);
            add(weights, random, block + "post_attention_layernorm.weight", TEXT_HIDDEN);
            add(weights, random, block + "self_attn.q_proj.weight", 20, TEXT_HIDDEN);
            add(weights, random, block + "self_attn.k_proj.weight", 10, TEXT_HIDDEN);
            add(weights, random, block + "self_attn.v_proj.weight", 10, TEXT_HIDDEN);
            add(weights, random, block + "self_attn.o_proj.weight", TEXT_HIDDEN, 20);
            add(weights, random, block + "mlp.gate_proj.weight", 33, TEXT_HIDDEN);
            add(weights, random, block + "mlp.up_proj.weight", 33, TEXT_HIDDEN);
            add(weights, random, block + "mlp.down_proj.weight", TEXT_HIDDEN, 33);
        }
        String vision = "model.vision_model.";
        add(weights, random, vision + "embeddings.patch_embedding.weight", 12, 3, PATCH, PATCH);
        add(weights, random, vision + "embeddings.patch_embedding.bias", 12);
        add(weights, random, vision + "embeddings.position_embedding.weight", 16, 12);
        addLayer(weights, random, vision + "post_layernorm", 12);
        for (int layer = 0; layer < 2; layer++) {
            String block = vision + "encoder.layers." + layer + ".";
            addLayer(weights, random, block + "layer_norm1", 12);
            addLayer(weights, random, block + "layer_norm2", 12);
            for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
                addLayer(weights, random, block + "self_attn." + projection, 12, 12);
            }
            addLayer(weights, random, block + "mlp.fc1", 21, 12);
            addLayer(weights, random, block + "mlp.fc2", 12, 21);
        }
        add(weights, random, "model.connector.modality_projection.proj.weight", TEXT_HIDDEN, SCALE * SCALE * 12);
        return weights;
    }

    private static void addLayer(TensorsInMemory weights, Random random, String name, int... shape) {
        add(weights, random, name + ".weight", shape);
        add(weights, random, name + ".bias", shape[0]);
    }

    private static void add(TensorsInMemory weights, Random random, String name, int... shape) {
        weights.with(name, random(random, shape));
    }

    private static Tensor random(Random random, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.data()[i] = (float) random.nextGaussian() / 2;
        }
        return tensor;
    }

    /** A picture, and how much of it is real. */
    private record Tile(Tensor pixels, ImageExtent extent) {

        static Tile random(Random random) {
            int side = SCALE * PATCH * (1 + random.nextInt(4)) + random.nextInt(PATCH);
            boolean padded = random.nextBoolean();
            int height = padded ? 1 + random.nextInt(side) : side;
            int width = padded ? 1 + random.nextInt(side) : side;
            return new Tile(Idefics3Test.random(random, 3, side, side), new ImageExtent(height, width));
        }

        int rows() {
            int squares = pixels.dimension(1) / (SCALE * PATCH);
            return squares * squares;
        }
    }

    /** A text with its pictures. */
    private record Text(int[] tokens, List<Tile> tiles) {

        static Text random(Random random) {
            List<Tile> tiles = new ArrayList<>();
            IntStream tokens = IntStream.of(1);
            for (int tile = random.nextInt(4); tile > 0; tile--) {
                tiles.add(Tile.random(random));
                IntStream marks =
                        IntStream.generate(() -> MARK).limit(tiles.getLast().rows());
                tokens = IntStream.concat(IntStream.concat(tokens, words(random, random.nextInt(3))), marks);
            }
            return new Text(
                    IntStream.concat(tokens, words(random, 1 + random.nextInt(5)))
                            .toArray(),
                    tiles);
        }

        private static IntStream words(Random random, int count) {
            return IntStream.of(random.ints(count, 0, MARK).toArray());
        }

        Text and(int... more) {
            return new Text(
                    IntStream.concat(Arrays.stream(tokens), Arrays.stream(more)).toArray(), tiles);
        }
    }

    private static InterleavedBatch batch(Text... texts) {
        List<Tile> tiles =
                Arrays.stream(texts).flatMap(text -> text.tiles().stream()).toList();
        int[] starts = new int[texts.length + 1];
        for (int text = 0; text < texts.length; text++) {
            starts[text + 1] = starts[text] + texts[text].tiles().size();
        }
        return new InterleavedBatch(
                TokenBatch.of(Arrays.stream(texts).map(Text::tokens).toArray(int[][]::new)),
                tiles.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                ImageBatch.of(tiles.stream().map(Tile::pixels).toList())),
                starts,
                tiles.stream().map(Tile::extent).toList(),
                Optional.empty());
    }

    private static float[] rows(Tensor tensor, int from, int to) {
        int width = tensor.dimension(1);
        return Arrays.copyOfRange(tensor.data(), from * width, to * width);
    }

    @Property(tries = 60)
    void aloneIsAsBesideOthers(@ForAll @IntRange(max = 2) int engine, @ForAll int seed) {
        Random random = new Random(seed);
        Text[] texts = new Text[1 + random.nextInt(4)];
        Arrays.setAll(texts, _ -> Text.random(random));
        InterleavedBatch batch = batch(texts);
        VisionLanguageOutput together = MODELS.get(engine).forward(batch, OutputOptions.RESULT_ONLY);
        int[] tokens = batch.texts().sequenceStarts();
        for (int text = 0; text < texts.length; text++) {
            VisionLanguageOutput alone =
                    MODELS.get((engine + 1) % 3).forward(batch(texts[text]), OutputOptions.RESULT_ONLY);
            int first = together.imageStarts()[batch.pictureStarts()[text]];
            int end = together.imageStarts()[batch.pictureStarts()[text + 1]];
            assertArrayEquals(alone.imageHiddenStates().toArray(), rows(together.imageHiddenStates(), first, end));
            assertArrayEquals(
                    alone.text().logits().toArray(), rows(together.text().logits(), tokens[text], tokens[text + 1]));
        }
    }

    /** A mark that is written later is a word, and has no picture. */
    @Property(tries = 40)
    void stepsAreOnePass(@ForAll @IntRange(max = 2) int engine, @ForAll int seed) {
        Random random = new Random(seed);
        Text[] texts = new Text[1 + random.nextInt(3)];
        Arrays.setAll(texts, _ -> Text.random(random));
        Idefics3 other = MODELS.get((engine + 1) % 3);
        List<int[]> rest = new ArrayList<>();
        try (DecoderState state = MODELS.get(engine).newState(batch(texts))) {
            int[][] begun = new int[texts.length][];
            for (int text = 0; text < texts.length; text++) {
                int[] tokens = texts[text].tokens();
                int split = 1 + random.nextInt(tokens.length);
                begun[text] = Arrays.copyOf(tokens, split);
                rest.add(Arrays.copyOfRange(tokens, split, tokens.length));
            }
            state.advance(begun);
            int[][] others = new int[texts.length][];
            Arrays.setAll(
                    others,
                    text -> IntStream.concat(Arrays.stream(rest.get(text)), IntStream.of(3))
                            .toArray());
            check(other, state.advance(others), texts, new int[] {3});
            int[] parents = random.ints(1 + random.nextInt(4), 0, texts.length).toArray();
            state.select(parents);
            Text[] chosen =
                    Arrays.stream(parents).mapToObj(parent -> texts[parent]).toArray(Text[]::new);
            int[][] next = new int[parents.length][];
            Arrays.setAll(next, _ -> new int[] {MARK});
            Tensor logits = state.advance(next);
            for (int text = 0; text < chosen.length; text++) {
                // A whole pass has no way to say that a mark is a word, so a state of its own must say it.
                try (DecoderState alone = other.newState(batch(chosen[text]))) {
                    float[] expected = alone.advance(
                                    new int[][] {chosen[text].and(3, MARK).tokens()})
                            .toArray();
                    assertArrayEquals(expected, rows(logits, text, text + 1));
                }
            }
        }
    }

    private static void check(Idefics3 model, Tensor logits, Text[] texts, int[] more) {
        for (int text = 0; text < texts.length; text++) {
            Text whole = texts[text].and(more);
            Tensor all = model.forward(batch(whole), OutputOptions.RESULT_ONLY)
                    .text()
                    .logits();
            int last = whole.tokens().length - 1;
            assertArrayEquals(rows(all, last, last + 1), rows(logits, text, text + 1));
        }
    }

    /** More patches than are looked at in one go. */
    @Example
    void largePicturesAreSeenOneAfterTheOther() {
        Random random = new Random(3);
        List<Tile> tiles = new ArrayList<>();
        for (int side : new int[] {128, 8, 128}) {
            tiles.add(new Tile(random(random, 3, side, side), new ImageExtent(side, side - 1)));
        }
        int[] tokens = IntStream.generate(() -> MARK)
                .limit(tiles.stream().mapToInt(Tile::rows).sum())
                .toArray();
        Tensor together = MODELS.get(1)
                .forward(batch(new Text(tokens, tiles)), OutputOptions.RESULT_ONLY)
                .imageHiddenStates();
        int first = 0;
        for (Tile tile : tiles) {
            int[] marks = Arrays.copyOf(tokens, tile.rows());
            Tensor alone = MODELS.get(0)
                    .forward(batch(new Text(marks, List.of(tile))), OutputOptions.RESULT_ONLY)
                    .imageHiddenStates();
            assertArrayEquals(alone.toArray(), rows(together, first, first + tile.rows()));
            first += tile.rows();
        }
    }

    /** What padding holds is not seen: of rows whose patches are all real, nothing changes with it. */
    @Example
    void paddingIsNotSeen() {
        Random random = new Random(5);
        Tensor one = random(random, 3, 8, 8);
        Tensor other = one.copy();
        for (int channel = 0; channel < 3; channel++) {
            Arrays.fill(other.data(), channel * 64 + 32, channel * 64 + 64, 100f);
        }
        int[] tokens = {MARK, MARK, MARK, MARK};
        Tensor[] seen = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            Tile tile = new Tile(i == 0 ? one : other, new ImageExtent(4, 8));
            seen[i] = MODELS.get(1)
                    .forward(batch(new Text(tokens, List.of(tile))), OutputOptions.RESULT_ONLY)
                    .imageHiddenStates();
        }
        assertArrayEquals(rows(seen[0], 0, 2), rows(seen[1], 0, 2));
        assertTrue(!Arrays.equals(rows(seen[0], 2, 4), rows(seen[1], 2, 4)), "padding has rows of its own");
    }

    @Example
    void whatDoesNotFitIsRefused() {
        Tile tile = new Tile(Tensor.zeros(3, 8, 8), new ImageExtent(8, 8));
        assertRefused("has 3 image marks (token 40), and 1 picture, which need 4", batch(text(3, tile)));
        assertRefused("has 4 image marks (token 40), and 2 pictures, which need 8", batch(text(4, tile, tile)));
        assertRefused("has 4 image marks (token 40), and 0 pictures, which need 0", batch(text(4)));
        assertRefused("1 channels", batch(text(4, new Tile(Tensor.zeros(1, 8, 8), new ImageExtent(8, 8)))));
        assertRefused(
                "another square of a multiple of 2 patches of 2 x 2",
                batch(text(4, new Tile(Tensor.zeros(3, 8, 4), new ImageExtent(8, 4)))));
        assertRefused("the model takes 8 x 8", batch(text(4, new Tile(Tensor.zeros(3, 1, 1), new ImageExtent(1, 1)))));
        assertRefused("9 x 8 of them are said", batch(text(4, new Tile(Tensor.zeros(3, 8, 8), new ImageExtent(9, 8)))));
        assertRefused(
                "at most " + ImageGrid.PATCH_LIMIT,
                batch(text(4, new Tile(Tensor.zeros(3, 260, 260), new ImageExtent(1, 1)))));
        InterleavedBatch sighted = new InterleavedBatch(
                TokenBatch.of(new int[] {1}),
                Optional.empty(),
                new int[] {0, 0},
                List.of(),
                Optional.of(new PictureSight(new int[1][1], new int[1][1])));
        assertRefused("sight: expected none", sighted);
        assertEquals(4, MODELS.getFirst().tokensOfPicture());
    }

    private static Text text(int marks, Tile... tiles) {
        return new Text(
                IntStream.concat(IntStream.of(1), IntStream.generate(() -> MARK).limit(marks))
                        .toArray(),
                List.of(tiles));
    }

    private static void assertRefused(String message, InterleavedBatch batch) {
        for (Idefics3 model : MODELS) {
            IllegalArgumentException thrown =
                    assertThrows(IllegalArgumentException.class, () -> model.forward(batch, OutputOptions.RESULT_ONLY));
            assertTrue(thrown.getMessage().contains(message), thrown.getMessage());
            assertEquals(
                    thrown.getMessage(),
                    assertThrows(IllegalArgumentException.class, () -> model.newState(batch))
                            .getMessage());
        }
    }
}
