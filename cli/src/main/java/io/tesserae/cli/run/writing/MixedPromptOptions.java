package io.tesserae.cli.run.writing;

import io.tesserae.cli.input.MixedPromptFormat;
import io.tesserae.cli.input.PartsJson;
import io.tesserae.pipelines.generation.ImageTextToTextOptions;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What belongs to prompts of words and pictures. */
public final class MixedPromptOptions {

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description =
                    "A picture of each prompt that brings none: the first for the first <image> in its text, and so on. Once for"
                            + " each picture.")
    private List<String> images = List.of();

    @Option(
            names = "--examples",
            paramLabel = "FILE",
            description =
                    "What the model reads before each prompt, a few examples of the task say; it is not printed. A file of JSON,"
                            + " an array in the order of reading: {\"image\": \"cat.jpg\"} is a picture, {\"text\": \"A cat.\"} or"
                            + " a string alone is words.")
    private String examples;

    @Mixin
    private ChatOption chat;

    /** The names of all, for whoever takes no such prompts. */
    public static String[] names() {
        return new String[] {"--image", "--examples", "--chat"};
    }

    /** How prompts are read. */
    public MixedPromptFormat format() {
        return new MixedPromptFormat(MixedPromptFormat.pictures(images, "--image"), chat.isAsked());
    }

    /** The same options with the examples, if there are any. */
    public ImageTextToTextOptions withExamples(ImageTextToTextOptions options) throws IOException {
        return examples == null ? options : options.withExamples(PartsJson.read(examples, "--examples"));
    }
}
