package io.tesserae.training.family;

import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.family.jat.JatFamily;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Generalist;
import io.tesserae.model.episode.Observations;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.network.Network;
import io.tesserae.training.tape.Parameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A small JAT of the test data, and a batch of episodes and texts of all kinds, which are none of the recorded ones. */
final class GeneralistCase {

    static final Path FOLDER = Packed.checkpoint(Path.of("..", "testdata", "fixtures", "jat", "grid"));

    private static final int NUMBERS = 76; // of a discrete observation
    private static final int WORDS = 300;

    private final Random random = new Random(5);
    private final List<Episode> episodes = new ArrayList<>();
    private final List<PhotoTexts> texts = new ArrayList<>();

    GeneralistCase() {
        episodes.add(new Episode(continuous(5, 3), choices(5), rewards(5)));
        episodes.add(new Episode(discrete(4), choices(4), rewards(4)));
        episodes.add(new Episode(continuous(3, 11), numbers(3, 2), rewards(3)));
        episodes.add(new Episode(continuous(1, 1), numbers(1, 12), rewards(1)));
        episodes.add(new Episode(discrete(2), numbers(2, 3), rewards(2)));
        texts.add(PhotoTexts.of(words(7), words(2)));
        texts.add(new PhotoTexts(Optional.of(ImageBatch.of(List.of(gaussian(3, 8, 8)))), new int[][] {words(5)}));
        texts.add(PhotoTexts.of(words(3)));
    }

    List<Episode> episodes() {
        return episodes;
    }

    List<PhotoTexts> texts() {
        return texts;
    }

    /** Every prediction that the reference makes of these. */
    Network.OfEpisodes.Asked asked(Network.OfEpisodes network) {
        int[] starts = network.starts(episodes, texts);
        List<Integer> numbers = new ArrayList<>();
        List<Integer> words = new ArrayList<>();
        for (int e = 0; e < episodes.size(); e++) {
            for (int step = 0; step < episodes.get(e).steps(); step++) {
                boolean chooses = episodes.get(e).actions() instanceof Actions.Discrete;
                (chooses ? words : numbers).add(starts[e] + 2 * step);
                if (episodes.get(e).observations() instanceof Observations.Continuous) {
                    numbers.add(starts[e] + 2 * step + 1);
                }
            }
        }
        for (int token = starts[episodes.size()]; token < starts[starts.length - 1]; token++) {
            words.add(token);
        }
        return new Network.OfEpisodes.Asked(
                numbers.stream().mapToInt(Integer::intValue).toArray(),
                words.stream().mapToInt(Integer::intValue).toArray());
    }

    /** A network with its parameters. */
    record Built(Network.OfEpisodes network, Parameters parameters) {}

    static Built build(Path folder) {
        ModelFiles files = ModelFiles.directory(folder);
        TrainableFamily family = TrainableFamilies.of("jat").orElseThrow();
        try (CheckpointWeights weights = CheckpointWeights.open(files)) {
            Parameters parameters = Parameters.of(weights, family.basePrefix(), 1, 0.02f);
            Network network = family.heads().get(Head.GENERALIST).build(PretrainedConfig.read(files), parameters);
            return new Built((Network.OfEpisodes) network, parameters);
        }
    }

    /** The same checkpoint for inference. */
    static Generalist inference(Path folder) {
        ModelFiles files = ModelFiles.directory(folder);
        CheckpointWeights weights = CheckpointWeights.open(files);
        return new JatFamily()
                .heads()
                .loader(Head.GENERALIST, suffix -> true, weights.names())
                .orElseThrow()
                .load(Engine.shared(), PretrainedConfig.read(files), weights);
    }

    private Observations continuous(int steps, int width) {
        return new Observations.Continuous(gaussian(steps, width));
    }

    private Observations discrete(int steps) {
        List<int[]> values = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            values.add(random.ints(NUMBERS, 0, 20).toArray());
        }
        return new Observations.Discrete(values);
    }

    private Actions choices(int steps) {
        return new Actions.Discrete(random.ints(steps, 0, 7).toArray());
    }

    private Actions numbers(int steps, int width) {
        return new Actions.Continuous(gaussian(steps, width));
    }

    private float[] rewards(int steps) {
        return gaussian(steps).data();
    }

    private int[] words(int tokens) {
        return random.ints(tokens, 0, WORDS).toArray();
    }

    private Tensor gaussian(int... shape) {
        Tensor values = Tensor.zeros(shape);
        for (int i = 0; i < values.size(); i++) {
            values.data()[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
