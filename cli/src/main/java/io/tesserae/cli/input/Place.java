package io.tesserae.cli.input;

/**
 * Where an input stands.
 *
 * @param name what messages call it: {@code reviews.txt: line 12}, {@code argument 2}, a picture's file
 * @param unit what is counted: {@code line} or {@code argument}
 * @param number of the line or of the argument, from 1
 */
public record Place(String name, String unit, long number) {

    /** A line of a file. */
    static Place line(String file, long number) {
        return new Place(file + ": line " + number, "line", number);
    }

    /** An argument that is an input. */
    static Place argument(int number) {
        return new Place("argument " + number, "argument", number);
    }

    /** What is wrong here, in words that say where. */
    public String describe(String message) {
        return message.startsWith(name) ? message : name + ": " + message;
    }
}
