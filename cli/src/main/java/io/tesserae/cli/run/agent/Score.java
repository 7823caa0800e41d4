package io.tesserae.cli.run.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What the episodes of one environment came to. */
final class Score {

    /** What stands above the {@linkplain #row cells}. */
    static final String[] HEADINGS = {"environment", ">episodes", ">return", ">random", ">expert", ">share"};

    private final String environment;
    private final Returns model = new Returns();
    private final Returns random = new Returns();
    private final Returns expert = new Returns();

    Score(String environment) {
        this.environment = environment;
    }

    void add(ComparedEpisode episode) {
        model.add(episode.played().totalReward());
        random.add(episode.randomReturn());
        expert.add(episode.expertReturn());
    }

    /** How much of the way from chance to the expert the model has gone; empty where there is no way. */
    OptionalDouble share() {
        double way = expert.mean() - random.mean();
        return way == 0 ? OptionalDouble.empty() : OptionalDouble.of((model.mean() - random.mean()) / way);
    }

    private String shareText() {
        OptionalDouble share = share();
        return share.isEmpty() ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share.getAsDouble());
    }

    /** A line of a table. */
    String[] row() {
        return new String[] {
            environment,
            Integer.toString(model.values.size()),
            model.toString(),
            random.toString(),
            expert.toString(),
            shareText()
        };
    }

    /** The same in a sentence. */
    String line() {
        return environment + ": return " + model + ", random " + random + ", expert " + expert + ", share "
                + shareText();
    }

    /** The returns of one player. */
    private static final class Returns {

        private final List<Double> values = new ArrayList<>();

        void add(double value) {
            values.add(value);
        }

        double mean() {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return sum / values.size();
        }

        /** Of these episodes, and not of all that there could be: {@code numpy.std}. */
        double deviation() {
            double mean = mean();
            double sum = 0;
            for (double value : values) {
                sum += (value - mean) * (value - mean);
            }
            return Math.sqrt(sum / values.size());
        }

        @Override
        public String toString() {
            return values.size() == 1
                    ? String.format(Locale.ROOT, "%.2f", mean())
                    : String.format(Locale.ROOT, "%.2f ± %.2f", mean(), deviation());
        }
    }
}
