package io.tesserae.loaders.chat.jinja;

import java.util.AbstractList;

/** Python's {@code range}, of no more numbers than Jinja's sandbox allows. */
final class Range extends AbstractList<Object> {

    static final int LIMIT = 100_000;

    private final long start;
    private final long step;
    private final int size;

    Range(long start, long stop, long step) {
        if (step == 0) {
            throw TemplateFailure.of("range() with a step of 0");
        }
        // as doubles, since the difference of two numbers of 64 bits may need more
        double count = Math.ceil(((double) stop - start) / step);
        if (count > LIMIT) {
            throw TemplateFailure.of("range() of more than " + LIMIT + " numbers");
        }
        this.start = start;
        this.step = step;
        this.size = (int) Math.max(0, count);
    }

    @Override
    public Object get(int index) {
        return start + index * step;
    }

    @Override
    public int size() {
        return size;
    }
}
