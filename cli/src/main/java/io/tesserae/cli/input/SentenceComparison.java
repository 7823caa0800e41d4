package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import java.util.ArrayList;
import java.util.List;

/**
 * A sentence, and others to compare it with: what the hub's widget for sentence similarity sends.
 *
 * @param source the sentence
 * @param sentences the others
 */
public record SentenceComparison(String source, List<String> sentences) {

    public static final InputFormat<SentenceComparison> FORMAT = new Format();

    /** All of them, the source first. */
    public List<String> all() {
        List<String> all = new ArrayList<>(sentences.size() + 1);
        all.add(source);
        all.addAll(sentences);
        return all;
    }

    /** An object; or the arguments of the command, of which the first is compared with the others. */
    private static final class Format implements InputFormat<SentenceComparison> {

        @Override
        public String plural() {
            return "texts";
        }

        @Override
        public List<InputObject.Key> keys() {
            return List.of(InputObject.Key.required("source_sentence"), InputObject.Key.requiredArray("sentences"));
        }

        @Override
        public String describeKeys() {
            return "\"source_sentence\" and \"sentences\"";
        }

        @Override
        public List<SentenceComparison> ofArgument(String argument) {
            return List.of(new SentenceComparison(argument, List.of()));
        }

        @Override
        public List<Input<SentenceComparison>> ofArguments(List<String> arguments) {
            return List.of(new Input.Read<>(
                    Place.argument(1),
                    new SentenceComparison(arguments.getFirst(), arguments.subList(1, arguments.size()))));
        }

        @Override
        public SentenceComparison ofText(String text, String place) {
            throw new CommandException(
                    place + ": expected an object, {\"source_sentence\": ..., \"sentences\": [...]}");
        }

        @Override
        public SentenceComparison ofObject(InputObject object, String place) {
            return new SentenceComparison(
                    object.text("source_sentence"), object.texts("sentences").orElseThrow());
        }
    }
}
