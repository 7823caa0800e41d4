package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.pipelines.TextInput;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an input looks like on the command line and in a line of a file.
 *
 * @param <T> what comes of it
 */
public interface InputFormat<T> {

    /** Texts, or pairs of texts. */
    InputFormat<TextInput> TEXTS = new Texts();

    /** Texts, and no pairs. */
    InputFormat<String> SINGLE_TEXTS = new SingleTexts();

    /** What inputs are called in messages: {@code texts}. */
    String plural();

    /** The members that an object may have; the first is what a plain text stands for. */
    List<InputObject.Key> keys();

    /** The members in words. */
    String describeKeys();

    /** The inputs that one argument stands for: itself, or the files of a folder. */
    List<T> ofArgument(String argument);

    /** All of standard input as one input; empty where its lines are the inputs. */
    default Optional<T> ofStandardInput(InputStream in) {
        return Optional.empty();
    }

    /** The inputs that all arguments stand for, in their order. */
    default List<Input<T>> ofArguments(List<String> arguments) {
        return ofArguments(arguments, null);
    }

    /** Likewise, where {@code -} stands for an input that is made already. */
    default List<Input<T>> ofArguments(List<String> arguments, T standardInput) {
        List<Input<T>> inputs = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            Place argument = Place.argument(i + 1);
            boolean isStandardInput = standardInput != null && arguments.get(i).equals("-");
            try {
                (isStandardInput ? List.of(standardInput) : ofArgument(arguments.get(i)))
                        .forEach(value -> inputs.add(new Input.Read<>(place(value, argument), value)));
            } catch (CommandException | UncheckedIOException e) {
                inputs.add(new Input.Unreadable<>(argument, e));
            }
        }
        return inputs;
    }

    /** Where an input stands that an argument stands for: one of many, perhaps, with a name of its own. */
    default Place place(T input, Place argument) {
        return argument;
    }

    /**
     * The input that a string is.
     *
     * @param place where it stands, for messages
     */
    T ofText(String text, String place);

    /** The input that an object of these members is. */
    T ofObject(InputObject object, String place);

    /** Texts are taken as they are. */
    final class Texts implements InputFormat<TextInput> {

        private Texts() {}

        @Override
        public String plural() {
            return "texts";
        }

        @Override
        public List<InputObject.Key> keys() {
            return List.of(InputObject.Key.required("text"), InputObject.Key.optional("text_pair"));
        }

        @Override
        public String describeKeys() {
            return "\"text\" and, for a pair, \"text_pair\"";
        }

        @Override
        public List<TextInput> ofArgument(String argument) {
            return List.of(TextInput.of(argument));
        }

        @Override
        public TextInput ofText(String text, String place) {
            return TextInput.of(text);
        }

        @Override
        public TextInput ofObject(InputObject object, String place) {
            return new TextInput(object.text("text"), object.optionalText("text_pair"));
        }
    }

    /** Texts are taken as they are, one at a time. */
    final class SingleTexts implements InputFormat<String> {

        private SingleTexts() {}

        @Override
        public String plural() {
            return "texts";
        }

        @Override
        public List<InputObject.Key> keys() {
            return List.of(InputObject.Key.required("text"));
        }

        @Override
        public String describeKeys() {
            return "\"text\"";
        }

        @Override
        public List<String> ofArgument(String argument) {
            return List.of(argument);
        }

        @Override
        public String ofText(String text, String place) {
            return text;
        }

        @Override
        public String ofObject(InputObject object, String place) {
            return object.text("text");
        }
    }
}
