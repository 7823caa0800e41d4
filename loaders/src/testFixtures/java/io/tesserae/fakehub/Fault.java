package io.tesserae.fakehub;

import java.util.Map;

/** Something that goes wrong with one answer of the {@link FakeHub}. */
public sealed interface Fault {

    /** None: the next answer is right, and only one after it goes wrong. */
    record None() implements Fault {}

    /** Another status than the file's own, with an empty body. */
    record Status(int code, Map<String, String> headers) implements Fault {
        public Status(int code) {
            this(code, Map.of());
        }
    }

    /** The connection breaks after so many bytes of the body. */
    record Cut(int afterBytes) implements Fault {}

    /** Nothing comes any more after so many bytes of the body, for so many milliseconds. */
    record Stall(int afterBytes, long milliseconds) implements Fault {}

    /** Other bytes than the file's, with a length that suits them. */
    record Body(byte[] bytes) implements Fault {}

    /** The whole file, though a part was asked for. */
    record IgnoredRange() implements Fault {}

    /** The file's own answer with some headers set otherwise; an empty value takes a header out. */
    record Headers(Map<String, String> headers) implements Fault {}

    /** A body without a length that does not end by itself. */
    record Endless() implements Fault {}

    /** No answer: the connection is closed at once. */
    record Hangup() implements Fault {}
}
