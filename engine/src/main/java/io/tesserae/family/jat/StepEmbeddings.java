package io.tesserae.family.jat;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.layer.Embedding;
import io.tesserae.layer.Linear;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes tokens of steps: one of an observation with the reward for arriving there, one of an action. {@code JatModel.embed_rl}.
 *
 * <pre>
 * continuous observation   numbers, reward, and again from the first until there are M: one linear layer
 * continuous action        numbers, and again: the same layer
 * discrete observation     for each number a word's embedding, narrowed to K and rectified; all of them to H - 1; then the reward as it is
 * discrete action          a word's embedding
 * frames of a game         an encoder of pictures; the reward is not seen
 * </pre>
 *
 * @param words {@code [vocabulary, hidden]}, of tokens, of the numbers of discrete observations, and of discrete actions
 * @param continuous {@code [hidden, M]}, of observations and actions
 * @param narrow {@code [K, hidden]}
 * @param join {@code [hidden - 1, X · K]}
 * @param frames empty in a checkpoint that takes none
 */
record StepEmbeddings(
        JatConfig config,
        Embedding words,
        Linear continuous,
        Linear narrow,
        Linear join,
        Optional<EpisodeImageEncoder> frames) {

    /** Steps of discrete observations that are embedded at a time: their features take little memory. */
    private static final int STEPS_AT_ONCE = 256;

    private static final Epilogue RELU = new Epilogue.Activate(Activation.RELU);

    /** Observations and, for each of their steps, the reward for arriving there. */
    record Seen(Observations observations, float[] rewards) {}

    static StepEmbeddings load(Engine engine, JatConfig config, StateDict weights) {
        int hidden = config.hiddenSize();
        int features = config.discreteFeatures();
        StateDict discrete = weights.at("multi_discrete_encoder");
        return new StepEmbeddings(
                config,
                WordNames.embedding(config, weights),
                Linear.load(engine, weights.at("continuous_encoder"), hidden, config.maxContinuousSize()),
                Linear.load(engine, discrete.at("1"), features, hidden),
                Linear.load(
                        engine, discrete.at("4"), hidden - 1, Tensor.elementCount(config.maxDiscreteValue(), features)),
                weights.contains("image_encoder")
                        ? Optional.of(EpisodeImageEncoder.load(engine, weights.at("image_encoder"), hidden))
                        : Optional.empty());
    }

    /**
     * Tokens of observations.
     *
     * @param seen may be of several kinds and widths
     * @param out {@code [steps of all, hidden]}
     */
    void observe(Frame frame, List<Seen> seen, Tensor out) {
        observe(frame, seen, Observations.Continuous.class, this::observeContinuous, out);
        observe(frame, seen, Observations.Discrete.class, this::observeDiscrete, out);
        observe(frame, seen, Observations.Frames.class, this::observeFrames, out);
    }

    /** Embeds observations of one kind, {@code [steps of these, hidden]}. */
    private interface OfKind {
        void embed(Frame frame, List<Seen> seen, Tensor out);
    }

    /** Embeds those of one kind together, and puts them where they belong among the others. */
    private void observe(
            Frame frame, List<Seen> seen, Class<? extends Observations> kind, OfKind embedding, Tensor out) {
        List<Seen> these =
                seen.stream().filter(one -> kind.isInstance(one.observations())).toList();
        if (these.isEmpty()) {
            return;
        }
        int steps = these.stream().mapToInt(one -> one.observations().steps()).sum();
        try (Frame inside = frame.workspace().frame()) {
            Tensor embedded = inside.tensor(steps, config.hiddenSize()); // [steps of these, hidden]
            embedding.embed(inside, these, embedded);
            int from = 0;
            int to = 0;
            for (Seen one : seen) {
                int count = one.observations().steps();
                if (kind.isInstance(one.observations())) {
                    copy(embedded, from, count, out, to);
                    from += count;
                }
                to += count;
            }
        }
    }

    private static void copy(Tensor from, int firstRow, int rows, Tensor to, int toRow) {
        int width = to.dimension(1);
        System.arraycopy(from.data(), firstRow * width, to.data(), toRow * width, rows * width);
    }

    private void observeContinuous(Frame frame, List<Seen> seen, Tensor out) {
        Tensor widened = frame.tensor(out.dimension(0), config.maxContinuousSize()); // [steps, M]
        int to = 0;
        for (Seen one : seen) {
            Tensor values = ((Observations.Continuous) one.observations()).values();
            for (int step = 0; step < values.dimension(0); step++, to++) {
                int numbers = values.dimension(1);
                float[] given = Arrays.copyOfRange(values.data(), step * numbers, (step + 1) * numbers + 1);
                given[numbers] = one.rewards()[step];
                widen(given, widened.data(), to);
            }
        }
        continuous.forward(frame.workspace(), widened, Epilogue.NONE, out);
    }

    private void observeDiscrete(Frame frame, List<Seen> seen, Tensor out) {
        int hidden = config.hiddenSize();
        List<int[]> steps = new ArrayList<>();
        int row = 0;
        for (Seen one : seen) {
            steps.addAll(((Observations.Discrete) one.observations()).values());
            for (float reward : one.rewards()) {
                out.data()[row++ * hidden + hidden - 1] = reward;
            }
        }
        for (int from = 0; from < steps.size(); from += STEPS_AT_ONCE) {
            List<int[]> some = steps.subList(from, Math.min(steps.size(), from + STEPS_AT_ONCE));
            joinDiscrete(frame, some, new MatrixView(out.data(), from * hidden, hidden));
        }
    }

    /** Features depend on the number alone: those of each that occurs are computed once. */
    private void joinDiscrete(Frame frame, List<int[]> steps, MatrixView out) {
        int[] ids =
                steps.stream().flatMapToInt(Arrays::stream).sorted().distinct().toArray();
        int features = config.discreteFeatures();
        int numbers = config.maxDiscreteValue();
        try (Frame inside = frame.workspace().frame()) {
            Tensor embedded = inside.tensor(ids.length, config.hiddenSize()); // [ids, hidden]
            for (int i = 0; i < ids.length; i++) {
                words.lookUp(ids[i], embedded.data(), i * config.hiddenSize());
            }
            Tensor narrowed = inside.tensor(ids.length, features); // [ids, K]
            narrow.forward(inside.workspace(), embedded, RELU, narrowed);
            Tensor flat = inside.tensor(steps.size(), numbers * features); // [steps, X · K]
            for (int step = 0; step < steps.size(); step++) {
                for (int i = 0; i < numbers; i++) {
                    int id = Arrays.binarySearch(ids, steps.get(step)[i]);
                    System.arraycopy(
                            narrowed.data(), id * features, flat.data(), (step * numbers + i) * features, features);
                }
            }
            join.forward(inside.workspace(), flat, out); // all columns but the last, which is the reward
        }
    }

    private void observeFrames(Frame frame, List<Seen> seen, Tensor out) {
        List<Tensor> pixels = seen.stream()
                .map(one -> ((Observations.Frames) one.observations()).pixels())
                .toList();
        Tensor first = pixels.getFirst();
        Tensor all = first;
        if (pixels.size() > 1) {
            all = frame.tensor(out.dimension(0), first.dimension(1), first.dimension(2), first.dimension(3));
            int to = 0;
            for (Tensor some : pixels) {
                System.arraycopy(some.data(), 0, all.data(), to, some.size());
                to += some.size();
            }
        }
        frames.orElseThrow().forward(frame.workspace(), all, out);
    }

    /**
     * Tokens of actions.
     *
     * @param actions may be of several kinds and widths
     * @param out {@code [steps of all, hidden]}
     */
    void act(Frame frame, List<Actions> actions, Tensor out) {
        int hidden = config.hiddenSize();
        int width = config.maxContinuousSize();
        try (Frame inside = frame.workspace().frame()) {
            int ofNumbers = actions.stream()
                    .filter(Actions.Continuous.class::isInstance)
                    .mapToInt(Actions::steps)
                    .sum();
            Tensor widened = inside.tensor(ofNumbers, width); // [continuous steps, M]
            int row = 0;
            for (Actions some : actions) {
                if (some instanceof Actions.Continuous(Tensor values)) {
                    for (int step = 0; step < values.dimension(0); step++, row++) {
                        int numbers = values.dimension(1);
                        widen(
                                Arrays.copyOfRange(values.data(), step * numbers, (step + 1) * numbers),
                                widened.data(),
                                row);
                    }
                }
            }
            Tensor embedded = inside.tensor(ofNumbers, hidden); // [continuous steps, hidden]
            if (ofNumbers > 0) {
                continuous.forward(inside.workspace(), widened, Epilogue.NONE, embedded);
            }
            row = 0;
            int to = 0;
            for (Actions some : actions) {
                switch (some) {
                    case Actions.Continuous numbers -> {
                        copy(embedded, row, numbers.steps(), out, to);
                        row += numbers.steps();
                    }
                    case Actions.Discrete(int[] indices) -> embedWords(indices, out, to);
                }
                to += some.steps();
            }
        }
    }

    /** Numbers, and again from the first: {@code out[i] = given[i mod n]}. */
    private void widen(float[] given, float[] out, int row) {
        int width = config.maxContinuousSize();
        for (int i = 0; i < width; i++) {
            out[row * width + i] = given[i % given.length];
        }
    }

    /** Tokens of words, from a row on. */
    void embedWords(int[] ids, Tensor out, int firstRow) {
        for (int i = 0; i < ids.length; i++) {
            words.lookUp(ids[i], out.data(), (firstRow + i) * config.hiddenSize());
        }
    }
}
