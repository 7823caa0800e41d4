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
        List<Seen> continuousOnes = new ArrayList<>();
        List<Seen> discreteOnes = new ArrayList<>();
        List<Seen> pictures = new ArrayList<>();
        for (Seen one : seen) {
            switch (one.observations()) {
                case Observations.Continuous c -> continuousOnes.add(one);
                case Observations.Discrete d -> discreteOnes.add(one);
                case Observations.Frames f -> pictures.add(one);
            }
        }
        try (Frame inside = frame.workspace().frame()) {
            Tensor ofContinuous = rows(inside, continuousOnes);
            Tensor ofDiscrete = rows(inside, discreteOnes);
            Tensor ofFrames = rows(inside, pictures);
            observeContinuous(inside, continuousOnes, ofContinuous);
            observeDiscrete(inside, discreteOnes, ofDiscrete);
            observeFrames(inside, pictures, ofFrames);
            int[] next = new int[3];
            int to = 0;
            for (Seen one : seen) {
                int steps = one.observations().steps();
                switch (one.observations()) {
                    case Observations.Continuous c -> copy(ofContinuous, next[0], steps, out, to);
                    case Observations.Discrete d -> copy(ofDiscrete, next[1], steps, out, to);
                    case Observations.Frames f -> copy(ofFrames, next[2], steps, out, to);
                }
                next[kind(one.observations())] += steps;
                to += steps;
            }
        }
    }

    private static int kind(Observations observations) {
        return switch (observations) {
            case Observations.Continuous c -> 0;
            case Observations.Discrete d -> 1;
            case Observations.Frames f -> 2;
        };
    }

    private Tensor rows(Frame frame, List<Seen> seen) {
        int steps = seen.stream().mapToInt(one -> one.observations().steps()).sum();
        return frame.tensor(steps, config.hiddenSize());
    }

    private static void copy(Tensor from, int firstRow, int rows, Tensor to, int toRow) {
        int width = to.dimension(1);
        System.arraycopy(from.data(), firstRow * width, to.data(), toRow * width, rows * width);
    }

    private void observeContinuous(Frame frame, List<Seen> seen, Tensor out) {
        if (seen.isEmpty()) {
            return;
        }
        Tensor widened = frame.tensor(out.dimension(0), config.maxContinuousSize()); // [steps, M]
        int to = 0;
        for (Seen one : seen) {
            Tensor values = ((Observations.Continuous) one.observations()).values();
            for (int step = 0; step < values.dimension(0); step++, to++) {
                widen(values, step, one.rewards()[step], widened.data(), to);
            }
        }
        continuous.forward(frame.workspace(), widened, Epilogue.NONE, out);
    }

    /** Numbers and reward, and again from the first: {@code out[i] = in[i mod (n + 1)]}. */
    private void widen(Tensor values, int step, float reward, float[] out, int row) {
        int numbers = values.dimension(1);
        int width = config.maxContinuousSize();
        for (int i = 0; i < width; i++) {
            int of = i % (numbers + 1);
            out[row * width + i] = of == numbers ? reward : values.data()[step * numbers + of];
        }
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
        if (seen.isEmpty()) {
            return;
        }
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
                        widen(values, step, widened.data(), row);
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

    /** Numbers, and again from the first: {@code out[i] = in[i mod n]}. */
    private void widen(Tensor values, int step, float[] out, int row) {
        int numbers = values.dimension(1);
        int width = config.maxContinuousSize();
        for (int i = 0; i < width; i++) {
            out[row * width + i] = values.data()[step * numbers + i % numbers];
        }
    }

    /** Tokens of words, from a row on. */
    void embedWords(int[] ids, Tensor out, int firstRow) {
        for (int i = 0; i < ids.length; i++) {
            words.lookUp(ids[i], out.data(), (firstRow + i) * config.hiddenSize());
        }
    }
}
