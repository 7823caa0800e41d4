package io.tesserae.loaders.chat.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;

/** What a template knows as {@code loop}. The next item is asked for when {@code last} or {@code nextitem} is, not before. */
final class Loop {

    private Iterator<?> items;
    private OptionalLong length;
    private long index0 = -1;
    private Object before;
    private Object current;
    private Object after;

    /** @param length of the items; empty if that is known only at their end */
    Loop(Iterator<?> items, OptionalLong length) {
        this.items = items;
        this.length = length;
    }

    boolean hasNext() {
        return after != null || items.hasNext();
    }

    Object next() {
        before = current;
        current = after != null ? after : items.next();
        after = null;
        index0++;
        return current;
    }

    private Object peek() {
        if (after == null && items.hasNext()) {
            after = items.next();
        }
        return after;
    }

    private long length() {
        if (length.isEmpty()) {
            List<Object> rest = new ArrayList<>();
            items.forEachRemaining(rest::add);
            items = rest.iterator();
            length = OptionalLong.of(rest.size() + index0 + 1 + (after != null ? 1 : 0));
        }
        return length.getAsLong();
    }

    /** An attribute; null if there is no such. */
    Object attribute(String name) {
        return switch (name) {
            case "index" -> index0 + 1;
            case "index0" -> index0;
            case "first" -> index0 == 0;
            case "last" -> peek() == null;
            case "length" -> length();
            case "revindex" -> length() - index0;
            case "revindex0" -> length() - index0 - 1;
            case "previtem" -> index0 == 0 ? new Undefined("there is no previous item") : before;
            case "nextitem" -> peek() == null ? new Undefined("there is no next item") : peek();
            case "depth" -> 1L;
            case "depth0" -> 0L;
            case "cycle", "changed" -> throw TemplateFailure.of("loop." + name + " without a call is not supported");
            default -> null;
        };
    }

    Object cycle(List<Object> values) {
        if (values.isEmpty()) {
            throw TemplateFailure.of("loop.cycle() without values");
        }
        return values.get((int) (index0 % values.size()));
    }
}
