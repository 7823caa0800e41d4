package io.tesserae.tokenizer.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Finds added tokens as transformers does in Python: the text is cut at all of them, the longest at each place, and then each changes
 * its neighbours. Whitespace that a token swallows is in no piece. A token that must stand alone and does not becomes text, together
 * with the piece beside it, and that even where this was a token itself.
 *
 * <p>Source: {@code PythonBackend.tokenize} in {@code tokenization_python.py}, version 5.18.
 */
public final class PythonTokenFinder implements TokenFinder {

    private final AddedTokenFinder cutter;
    private final Map<String, AddedTokenFinder.Entry> patterns;
    private final Map<Integer, AddedTokenFinder.Entry> byId = new HashMap<>();
    private final int longest; // pattern
    private final boolean leavesNeighbours; // no token changes what is beside it

    /** @param patterns what to search for, none empty */
    public PythonTokenFinder(Map<String, AddedTokenFinder.Entry> patterns) {
        Map<String, AddedTokenFinder.Entry> plain = new HashMap<>();
        boolean changes = false;
        int length = 0;
        for (Map.Entry<String, AddedTokenFinder.Entry> pattern : patterns.entrySet()) {
            AddedTokenFinder.Entry entry = pattern.getValue();
            byId.put(entry.id(), entry);
            length = Math.max(length, pattern.getKey().length());
            plain.put(pattern.getKey(), new AddedTokenFinder.Entry(entry.id(), false, false, false, entry.special()));
            changes |= entry.singleWord() || entry.leftStrip() || entry.rightStrip();
        }
        this.cutter = new AddedTokenFinder(plain, false);
        this.patterns = Map.copyOf(patterns);
        this.longest = length;
        this.leavesNeighbours = !changes;
    }

    @Override
    public boolean isEmpty() {
        return cutter.isEmpty();
    }

    @Override
    public void split(char[] text, int from, int to, Pieces pieces) {
        if (leavesNeighbours) {
            cutter.split(text, from, to, pieces);
            return;
        }
        List<Piece> cut = cut(text, from, to);
        for (int i = 0; i < cut.size(); i++) {
            settle(text, cut, i);
        }
        for (Piece piece : cut) {
            if (piece.token != null) {
                pieces.token(piece.token.id(), piece.spans.getFirst().from, piece.spans.getLast().to);
            } else {
                piece.spans.forEach(span -> pieces.text(span.from, span.to));
            }
        }
    }

    private List<Piece> cut(char[] text, int from, int to) {
        List<Piece> cut = new ArrayList<>();
        cutter.split(text, from, to, new Pieces() {
            @Override
            public void text(int start, int end) {
                cut.add(new Piece(null, start, end));
            }

            @Override
            public void token(int id, int start, int end) {
                cut.add(new Piece(byId.get(id), start, end));
            }
        });
        return cut;
    }

    /** Lets a token change its neighbours. What stood beside it is asked before whitespace is swallowed, as the reference does. */
    private void settle(char[] text, List<Piece> cut, int i) {
        Piece token = cut.get(i);
        AddedTokenFinder.Entry entry = token.token;
        if (entry == null || !(entry.singleWord() || entry.leftStrip() || entry.rightStrip())) {
            return;
        }
        Piece left = i > 0 && !cut.get(i - 1).isEmpty() ? cut.get(i - 1) : null;
        Piece right = i + 1 < cut.size() && !cut.get(i + 1).isEmpty() ? cut.get(i + 1) : null;
        boolean touchesLeft = left != null && text[left.spans.getLast().to - 1] != ' ';
        boolean touchesRight = right != null && text[right.spans.getFirst().from] != ' ';
        if (entry.rightStrip() && right != null) {
            right.stripStart(text);
            name(text, right);
        }
        if (entry.leftStrip() && left != null) {
            left.stripEnd(text);
            name(text, left);
        }
        if (entry.singleWord() && touchesLeft) {
            left.spans.addAll(token.spans);
            token.clear();
            name(text, left);
        } else if (entry.singleWord() && touchesRight) {
            token.spans.descendingIterator().forEachRemaining(right.spans::addFirst);
            token.clear();
            name(text, right);
        }
    }

    /** A piece that was changed is a token if it now looks like one. */
    private void name(char[] text, Piece piece) {
        piece.token = piece.isLonger(longest) ? null : patterns.get(piece.textIn(text));
    }

    /** What Python's {@code str.strip} takes off: four separators more than Unicode has whitespace. */
    private static boolean isSpace(char c) {
        return c >= 0x1C && c <= 0x1F || UnicodeTables.INSTANCE.is(c, UnicodeTables.WHITESPACE);
    }

    /** A stretch of the text; never empty. */
    private record Span(int from, int to) {}

    /** A token, or text: one stretch, several where it has been put together, none where nothing is left. */
    private static final class Piece {
        private AddedTokenFinder.Entry token; // null where it is text
        private final Deque<Span> spans = new ArrayDeque<>(1);

        Piece(AddedTokenFinder.Entry token, int from, int to) {
            this.token = token;
            spans.add(new Span(from, to));
        }

        boolean isEmpty() {
            return spans.isEmpty();
        }

        /** Nothing is left of it: it has joined another. */
        void clear() {
            spans.clear();
            token = null;
        }

        /** Asked of the first stretches alone, as there may be many. */
        boolean isLonger(int limit) {
            int length = spans.size() > limit ? spans.size() : 0;
            Iterator<Span> each = spans.iterator();
            while (length <= limit && each.hasNext()) {
                Span span = each.next();
                length += span.to - span.from;
            }
            return length > limit;
        }

        String textIn(char[] text) {
            StringBuilder joined = new StringBuilder();
            for (Span span : spans) {
                joined.append(text, span.from, span.to - span.from);
            }
            return joined.toString();
        }

        void stripStart(char[] text) {
            while (!spans.isEmpty() && isSpace(text[spans.getFirst().from])) {
                Span first = spans.removeFirst();
                int from = first.from;
                while (from < first.to && isSpace(text[from])) {
                    from++;
                }
                if (from < first.to) {
                    spans.addFirst(new Span(from, first.to));
                }
            }
        }

        void stripEnd(char[] text) {
            while (!spans.isEmpty() && isSpace(text[spans.getLast().to - 1])) {
                Span last = spans.removeLast();
                int to = last.to;
                while (to > last.from && isSpace(text[to - 1])) {
                    to--;
                }
                if (to > last.from) {
                    spans.addLast(new Span(last.from, to));
                }
            }
        }
    }
}
