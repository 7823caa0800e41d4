package io.tesserae.examples.generalist.learning;

import io.tesserae.examples.generalist.DrawnScene;
import io.tesserae.examples.generalist.Environment;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.pipelines.agent.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a generalist has before it learns: sizes, words, and how photos are prepared. The files of a checkpoint without weights.
 *
 * @param hiddenSize width of the residual stream; {@code hiddenSize / 50} features for each number of a discrete observation
 * @param layers of which each sees all that came before: sequences are short
 * @param heads of a layer's attention
 */
record Beginning(int hiddenSize, int layers, int heads) {

    /** Steps of an episode that are seen together; twice as many tokens. */
    static final int CONTEXT_STEPS = 24;

    /** As many as the steps have tokens: so none is untrained where an agent acts on. A photo, a question and its answer have fewer. */
    private static final int POSITIONS = 2 * CONTEXT_STEPS;

    /**
     * As many numbers as JAT's own. Cart-pole's four and the reward are repeated 75 times, so that small numbers are learned sooner. After 1,000
     * steps a model of 8 numbers, 192 wide, had gone 23 % of the way to cart-pole's expert; one of 377, 256 wide, 99.7 %.
     */
    private static final int WIDEST = 377;

    /** The 148 numbers of the grid world, and 64 tokens of its mission. */
    private static final int DISCRETE_WIDTH = 212;

    private static final int PATCH = 8;

    /**
     * What pixels are divided by, so that patches begin no larger than words and positions. With CLIP's 0.27 they began twenty times as large, and
     * the loss of captions after 1,000 steps was 0.53; with 2 it was 0.41.
     */
    private static final double PIXEL_DEVIATION = 2;

    /** As many texts as show every word. */
    private static final int TEXTS = 3000;

    /** Writes config.json, the tokenizer's files and preprocessor_config.json. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        BytePairs words = BytePairs.learn(texts());
        words.write(folder, POSITIONS);
        Files.writeString(folder.resolve("config.json"), config(words));
        Files.writeString(folder.resolve("generation_config.json"), """
                {"bos_token_id": %1$d, "eos_token_id": %1$d, "pad_token_id": %1$d}
                """.formatted(words.endOfText()));
        Files.writeString(folder.resolve("preprocessor_config.json"), """
                {
                  "crop_size": {"height": %1$d, "width": %1$d},
                  "do_center_crop": true,
                  "do_convert_rgb": true,
                  "do_normalize": true,
                  "do_rescale": true,
                  "do_resize": true,
                  "image_mean": [0.5, 0.5, 0.5],
                  "image_processor_type": "CLIPImageProcessor",
                  "image_std": [%2$s, %2$s, %2$s],
                  "resample": 3,
                  "rescale_factor": 0.00392156862745098,
                  "size": {"shortest_edge": %1$d}
                }
                """.formatted(DrawnScene.SIDE, PIXEL_DEVIATION));
    }

    private String config(BytePairs words) {
        return """
                {
                  "action_loss_coef": 0.995,
                  "activation_function": "gelu_new",
                  "architectures": ["JatModel"],
                  "attention_layers": [%1$s],
                  "attention_types": [[["global"], %2$d]],
                  "bos_token_id": %3$d,
                  "eos_token_id": %3$d,
                  "hidden_size": %4$d,
                  "image_size": %5$d,
                  "initializer_range": 0.05,
                  "intermediate_size": null,
                  "layer_norm_epsilon": 1e-05,
                  "max_continuous_size": %6$d,
                  "max_discrete_value": %7$d,
                  "max_position_embeddings": %8$d,
                  "model_type": "jat",
                  "num_channels": 3,
                  "num_heads": %9$d,
                  "num_layers": %10$d,
                  "observation_loss_coef": 0.005,
                  "pad_token_id": %3$d,
                  "patch_size": %11$d,
                  "vocab_size": %12$d
                }
                """.formatted(
                        String.join(", ", Collections.nCopies(layers, "\"global\"")),
                        layers,
                        words.endOfText(),
                        hiddenSize,
                        DrawnScene.SIDE,
                        WIDEST,
                        DISCRETE_WIDTH,
                        POSITIONS,
                        heads,
                        layers,
                        PATCH,
                        words.size());
    }

    /** Missions, captions, questions and answers, as the model will meet them. */
    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        Environment grid = Environments.named("grid-world");
        for (long seed = 0; seed < TEXTS; seed++) {
            if (grid.reset(seed) instanceof Observation.Discrete(int[] _, var mission)) {
                texts.add(mission.orElseThrow());
            }
            DrawnScene scene = DrawnScene.of(seed);
            texts.add(scene.caption());
            for (DrawnScene.Question question : scene.questions()) {
                texts.add(question.question() + " " + question.answer());
            }
        }
        return texts;
    }
}
