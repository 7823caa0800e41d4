package io.tesserae.cli.model.feed;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Episodes from a safetensors file, each {@code [batch, steps]} and, if there are several numbers a step, more: one kind of observations, one of
 * actions, {@code rewards} and, if wanted, {@code attention_mask} and {@code loss_weight}.
 *
 * @param episodes the steps that the mask leaves
 * @param lossWeights {@code [episodes][steps]}; none where the file has none
 * @param padding of the steps
 * @param isMasked whether the file has a mask
 */
public record EpisodeFeed(List<Episode> episodes, float[][] lossWeights, PaddedRows padding, boolean isMasked) {

    private static final String CONTINUOUS_OBSERVATIONS = "continuous_observations";
    private static final String DISCRETE_OBSERVATIONS = "discrete_observations";
    private static final String IMAGE_OBSERVATIONS = "image_observations";
    private static final String CONTINUOUS_ACTIONS = "continuous_actions";
    private static final String DISCRETE_ACTIONS = "discrete_actions";
    private static final String REWARDS = "rewards";
    private static final String LOSS_WEIGHT = "loss_weight";
    private static final String MASK = "attention_mask";

    private static final List<String> OBSERVATIONS =
            List.of(CONTINUOUS_OBSERVATIONS, DISCRETE_OBSERVATIONS, IMAGE_OBSERVATIONS);
    private static final List<String> ACTIONS = List.of(CONTINUOUS_ACTIONS, DISCRETE_ACTIONS);
    private static final List<String> KNOWN = Stream.of(OBSERVATIONS, ACTIONS, List.of(REWARDS, LOSS_WEIGHT, MASK))
            .flatMap(List::stream)
            .toList();

    /** Reads it. */
    public static EpisodeFeed read(SafetensorsFile file) {
        for (String name : file.names()) {
            if (!KNOWN.contains(name)) {
                throw new CommandException(
                        file.describe(name) + ": unknown input; expected input_ids or pixel_values, or "
                                + String.join(", ", KNOWN.subList(0, KNOWN.size() - 1)) + " and " + KNOWN.getLast());
            }
        }
        if (file.names().isEmpty()) {
            throw new CommandException(file + ": has no tensors; expected input_ids or pixel_values, or an episode: "
                    + "observations, actions and rewards");
        }
        return new Reader(file, only(file, "observations", OBSERVATIONS), only(file, "actions", ACTIONS)).read();
    }

    /** The one tensor of a kind of which there must be one. */
    private static String only(SafetensorsFile file, String kind, List<String> names) {
        List<String> found = names.stream().filter(file.names()::contains).toList();
        if (found.size() != 1) {
            throw new CommandException(file + ": " + kind + ": expected one of " + String.join(", ", names) + ", found "
                    + (found.isEmpty() ? "none" : String.join(" and ", found)));
        }
        return found.getFirst();
    }

    /**
     * Takes the episodes one by one.
     *
     * @param observations the name of those that the file has
     * @param actions likewise
     */
    private record Reader(SafetensorsFile file, String observations, String actions) {

        EpisodeFeed read() {
            if (!file.names().contains(REWARDS)) {
                throw new CommandException(
                        file + ": has no tensor rewards [batch, steps], which every episode has, if only zeros");
            }
            Tensor rewards = FloatFeed.read(file, REWARDS, "[batch, steps]", 2);
            int batch = rewards.dimension(0);
            int steps = rewards.dimension(1);
            PaddedRows padding = PaddedRows.read(file, batch, steps, 1, "steps");
            List<Observations> seen = observations(padding);
            List<Actions> done = actions(padding);
            List<Episode> episodes = new ArrayList<>();
            for (int e = 0; e < batch; e++) {
                episodes.add(new Episode(seen.get(e), done.get(e), row(rewards, e, padding)));
            }
            return new EpisodeFeed(
                    episodes, lossWeights(padding), padding, file.names().contains(MASK));
        }

        private List<Observations> observations(PaddedRows padding) {
            return switch (observations) {
                case CONTINUOUS_OBSERVATIONS ->
                    parts(floats(CONTINUOUS_OBSERVATIONS, "[batch, steps, numbers]", 3, padding), padding).stream()
                            .<Observations>map(Observations.Continuous::new)
                            .toList();
                case IMAGE_OBSERVATIONS ->
                    parts(floats(IMAGE_OBSERVATIONS, "[batch, steps, frames, height, width]", 5, padding), padding)
                            .stream()
                            .<Observations>map(Observations.Frames::new)
                            .toList();
                default -> discreteObservations(padding);
            };
        }

        private List<Actions> actions(PaddedRows padding) {
            if (actions.equals(CONTINUOUS_ACTIONS)) {
                return parts(floats(CONTINUOUS_ACTIONS, "[batch, steps, numbers]", 3, padding), padding).stream()
                        .<Actions>map(Actions.Continuous::new)
                        .toList();
            }
            requireShape(DISCRETE_ACTIONS, "[batch, steps]", 2, padding);
            List<Actions> episodes = new ArrayList<>();
            for (int e = 0; e < padding.rows(); e++) {
                int[] indices = new int[padding.lengths()[e]];
                file.readInts(DISCRETE_ACTIONS, (long) e * padding.length(), indices, 0, indices.length);
                episodes.add(new Actions.Discrete(indices));
            }
            return episodes;
        }

        private List<Observations> discreteObservations(PaddedRows padding) {
            int numbers = requireShape(DISCRETE_OBSERVATIONS, "[batch, steps, numbers]", 3, padding);
            List<Observations> episodes = new ArrayList<>();
            for (int e = 0; e < padding.rows(); e++) {
                List<int[]> steps = new ArrayList<>();
                for (int step = 0; step < padding.lengths()[e]; step++) {
                    int[] values = new int[numbers];
                    long from = ((long) e * padding.length() + step) * numbers;
                    file.readInts(DISCRETE_OBSERVATIONS, from, values, 0, numbers);
                    steps.add(values);
                }
                episodes.add(new Observations.Discrete(steps));
            }
            return episodes;
        }

        /** Refuses whole numbers of another shape; returns the last dimension. */
        private int requireShape(String name, String expected, int rank, PaddedRows padding) {
            long[] shape = TokenFeed.require(file, name).shape();
            if (shape.length != rank
                    || file.entry(name).elementCount() == 0
                    || shape[rank - 1] > Integer.MAX_VALUE - 8) {
                throw new CommandException(file.describe(name) + ": expected the shape " + expected
                        + ", each 1 or more, found " + Arrays.toString(shape));
            }
            requireSteps(name, shape, padding);
            return (int) shape[rank - 1];
        }

        private Tensor floats(String name, String expected, int rank, PaddedRows padding) {
            Tensor values = FloatFeed.read(file, name, expected, rank);
            requireSteps(name, Arrays.stream(values.shape()).asLongStream().toArray(), padding);
            return values;
        }

        private void requireSteps(String name, long[] shape, PaddedRows padding) {
            if (shape[0] != padding.rows() || shape[1] != padding.length()) {
                throw new CommandException(file.describe(name) + ": expected " + padding.rows() + " episodes of "
                        + padding.length() + " steps, as rewards has, found " + shape[0] + " of " + shape[1]);
            }
        }

        private float[][] lossWeights(PaddedRows padding) {
            if (!file.names().contains(LOSS_WEIGHT)) {
                return new float[0][];
            }
            Tensor weights = floats(LOSS_WEIGHT, "[batch, steps]", 2, padding);
            if (!weights.isFinite()) {
                throw new CommandException(file.describe(LOSS_WEIGHT) + ": expected finite numbers, found others");
            }
            float[][] rows = new float[padding.rows()][];
            Arrays.setAll(rows, e -> row(weights, e, padding));
            return rows;
        }

        private static float[] row(Tensor values, int row, PaddedRows padding) {
            int from = row * padding.length();
            return Arrays.copyOfRange(values.data(), from, from + padding.lengths()[row]);
        }

        /** From {@code [batch, steps, …]} to the steps of each episode, {@code [own steps, …]}. */
        private static List<Tensor> parts(Tensor values, PaddedRows padding) {
            int width = values.size() / (padding.rows() * padding.length());
            List<Tensor> parts = new ArrayList<>();
            for (int row = 0; row < padding.rows(); row++) {
                int[] shape = Arrays.copyOfRange(values.shape(), 1, values.rank());
                shape[0] = padding.lengths()[row];
                int from = row * padding.length() * width;
                parts.add(Tensor.of(Arrays.copyOfRange(values.data(), from, from + shape[0] * width), shape));
            }
            return parts;
        }
    }
}
