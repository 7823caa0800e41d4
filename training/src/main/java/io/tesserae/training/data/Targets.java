package io.tesserae.training.data;

import java.util.List;

/** What a classifier is to say of each example of a batch; the arrays are not to be changed. */
public sealed interface Targets {

    /** How many examples there are. */
    int examples();

    /**
     * Exactly one label holds for each.
     *
     * @param ids {@code [examples]}
     */
    record OneLabel(int[] ids) implements Targets {
        @Override
        public int examples() {
            return ids.length;
        }
    }

    /**
     * Each label holds or not, by itself.
     *
     * @param held {@code [examples, labels]}, 1 where a label holds, else 0
     * @param labels how many there are
     */
    record ManyLabels(float[] held, int labels) implements Targets {
        @Override
        public int examples() {
            return held.length / labels;
        }
    }

    /**
     * A number for each.
     *
     * @param values {@code [examples]}
     */
    record Values(float[] values) implements Targets {
        @Override
        public int examples() {
            return values.length;
        }
    }

    /**
     * The targets of examples, in their order.
     *
     * @throws IllegalArgumentException if there is none, or they are not of one kind
     */
    static Targets of(List<Target> targets) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("targets: expected one at least, found none");
        }
        return switch (targets.getFirst()) {
            case Target.OneLabel ignored ->
                new OneLabel(targets.stream()
                        .mapToInt(target -> same(target, Target.OneLabel.class).id())
                        .toArray());
            case Target.ManyLabels(float[] first) -> {
                float[] held = new float[targets.size() * first.length];
                for (int i = 0; i < targets.size(); i++) {
                    float[] row = same(targets.get(i), Target.ManyLabels.class).held();
                    System.arraycopy(row, 0, held, i * first.length, first.length);
                }
                yield new ManyLabels(held, first.length);
            }
            case Target.Value ignored -> {
                float[] values = new float[targets.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = same(targets.get(i), Target.Value.class).value();
                }
                yield new Values(values);
            }
        };
    }

    private static <T extends Target> T same(Target target, Class<T> kind) {
        if (!kind.isInstance(target)) {
            throw new IllegalArgumentException(
                    "targets: expected all of one kind, " + kind.getSimpleName() + ", found " + target);
        }
        return kind.cast(target);
    }
}
