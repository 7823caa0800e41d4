package io.tesserae.training.data.episode;

import io.tesserae.training.data.EpochOrder;
import io.tesserae.training.kernel.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The examples of several sources in one row, as many of each as its share says. An epoch's examples are numbered from 0, those of the first
 * source first; a {@link EpochOrder} mixes them. Of a source with more examples than its places in an epoch, each epoch takes those
 * that follow; one with fewer begins again, in another order.
 */
public final class SourceMix {

    /** Of the order within a source, and of where windows begin: sites that no other draw has. */
    private static final int FIRST_ORDER_SITE = -1000;

    private static final int WINDOW_SITE = -999;

    private final List<TrainingSource> sources;
    private final int contextSteps;
    private final long seed;
    private final int[] starts; // [sources + 1], places of an epoch
    private final int[][] windowEpisodes; // of a source of episodes, the episode of each window; of texts null
    private final long[] orderRounds; // of a source, the round whose order is known
    private final int[][] orders;

    /**
     * One example.
     *
     * @param source which one it is of, counted from 0
     * @param demonstration of a source of episodes, else null
     * @param text of a source of texts, else null
     */
    record Example(int source, Demonstration demonstration, PhotoText text) {}

    /**
     * A mix.
     *
     * @param examplesPerEpoch how many an epoch has; 0 for as many as there are windows and texts
     * @param contextSteps the most steps of a window
     */
    public SourceMix(List<TrainingSource> sources, int examplesPerEpoch, int contextSteps, long seed) {
        this.sources = List.copyOf(sources);
        this.contextSteps = contextSteps;
        this.seed = seed;
        int all = sources.stream().mapToInt(source -> source.size(contextSteps)).reduce(0, Math::addExact);
        double shares = sources.stream().mapToDouble(TrainingSource::share).sum();
        int examples = examplesPerEpoch == 0 ? all : examplesPerEpoch;
        this.starts = new int[sources.size() + 1];
        double share = 0;
        for (int s = 0; s < sources.size(); s++) {
            share += sources.get(s).share();
            starts[s + 1] = Math.max(starts[s] + 1, (int) Math.round(examples * share / shares));
        }
        this.windowEpisodes = new int[sources.size()][];
        for (int s = 0; s < sources.size(); s++) {
            windowEpisodes[s] = sources.get(s) instanceof TrainingSource.Episodes episodes ? windows(episodes) : null;
        }
        this.orderRounds = new long[sources.size()];
        this.orders = new int[sources.size()][];
    }

    private int[] windows(TrainingSource.Episodes source) {
        List<Integer> windows = new ArrayList<>();
        for (int e = 0; e < source.episodes().size(); e++) {
            int count = Math.ceilDiv(source.episodes().get(e).steps(), contextSteps);
            for (int window = 0; window < count; window++) {
                windows.add(e);
            }
        }
        return windows.stream().mapToInt(Integer::intValue).toArray();
    }

    /** How many examples an epoch has. */
    public int size() {
        return starts[starts.length - 1];
    }

    /** The sources. */
    public List<TrainingSource> sources() {
        return sources;
    }

    /** The source of a place. */
    public TrainingSource source(int place) {
        return sources.get(sourceOf(place));
    }

    private int sourceOf(int place) {
        int source = 0;
        while (place >= starts[source + 1]) {
            source++;
        }
        return source;
    }

    /** The example at a place of an epoch. */
    Example get(int place, long epoch) {
        int s = sourceOf(place);
        int index = index(s, epoch * (starts[s + 1] - starts[s]) + place - starts[s]);
        return switch (sources.get(s)) {
            case TrainingSource.Texts texts ->
                new Example(s, null, texts.texts().get(index));
            case TrainingSource.Episodes episodes -> {
                Demonstration whole = episodes.episodes().get(windowEpisodes[s][index]);
                int room = Math.max(0, whole.steps() - contextSteps);
                long bits = Integer.toUnsignedLong(
                        Draw.of(seed, epoch, place, WINDOW_SITE).bits(0));
                int from = (int) (bits * (room + 1L) >>> Integer.SIZE);
                yield new Example(s, whole.window(from, Math.min(whole.steps(), from + contextSteps)), null);
            }
        };
    }

    /** The source's example of a number that goes on from epoch to epoch. */
    private int index(int source, long number) {
        int[] windows = windowEpisodes[source]; // counting them anew would look through all episodes for every example
        int size = windows == null ? sources.get(source).size(contextSteps) : windows.length;
        long round = number / size;
        if (orders[source] == null || orderRounds[source] != round) {
            orders[source] = order(source, size, round);
            orderRounds[source] = round;
        }
        return orders[source][(int) (number % size)];
    }

    private int[] order(int source, int size, long round) {
        Draw draw = Draw.of(seed, round, 0, FIRST_ORDER_SITE - source);
        long[] keys = new long[size];
        for (int i = 0; i < size; i++) {
            keys[i] = Integer.toUnsignedLong(draw.bits(i)) << 31 | i;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys)
                .mapToInt(key -> (int) key & Integer.MAX_VALUE)
                .toArray();
    }

    /** A source's examples for evaluation: windows that follow each other, of each episode; or all texts. */
    static List<Example> all(TrainingSource source, int contextSteps) {
        List<Example> all = new ArrayList<>();
        switch (source) {
            case TrainingSource.Texts texts -> {
                for (int i = 0; i < texts.texts().size(); i++) {
                    all.add(new Example(0, null, texts.texts().get(i)));
                }
            }
            case TrainingSource.Episodes episodes -> {
                for (Demonstration whole : episodes.episodes()) {
                    for (int from = 0; from < whole.steps(); from += contextSteps) {
                        int to = Math.min(whole.steps(), from + contextSteps);
                        all.add(new Example(0, whole.window(from, to), null));
                    }
                }
            }
        }
        return all;
    }
}
