package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import io.tesserae.loaders.chat.ChatMessage;
import io.tesserae.loaders.chat.ContentPart;
import io.tesserae.loaders.prompt.PromptPart;
import io.tesserae.pipelines.generation.Conversation;
import io.tesserae.pipelines.generation.MixedPrompt;
import io.tesserae.pipelines.task.ImageInput;
import java.util.ArrayList;
import java.util.List;

/**
 * Prompts of words and pictures.
 *
 * @param pictures of prompts that bring none
 * @param chat whether a text, with its pictures, is what a user says
 */
public record MixedPromptFormat(List<ImageInput> pictures, boolean chat) implements InputFormat<MixedPrompt> {

    private static final String TEXT = "text";
    private static final String IMAGES = "images";
    private static final String PARTS = "parts";
    private static final String PROMPT = "prompt";

    /** Files and {@code data:} URIs as pictures. */
    public static List<ImageInput> pictures(List<String> names, String place) {
        return names.stream()
                .map(name -> ImageFormat.IMAGES.ofText(name, place))
                .toList();
    }

    @Override
    public String plural() {
        return "prompts";
    }

    @Override
    public List<InputObject.Key> keys() {
        return List.of(
                InputObject.Key.optional(TEXT),
                InputObject.Key.optionalArray(IMAGES),
                InputObject.Key.optionalValue(PARTS),
                InputObject.Key.optionalValue(PROMPT),
                InputObject.Key.optionalValue(MessagesJson.KEY));
    }

    @Override
    public String describeKeys() {
        return "\"text\" and \"images\", or \"parts\", or \"messages\"";
    }

    @Override
    public List<MixedPrompt> ofArgument(String argument) {
        return List.of(ofText(argument, "argument"));
    }

    @Override
    public MixedPrompt ofText(String text, String place) {
        return marked(text, pictures, place);
    }

    @Override
    public MixedPrompt ofObject(InputObject object, String place) {
        List<String> found = List.of(TEXT, PARTS, PROMPT, MessagesJson.KEY).stream()
                .filter(object::has)
                .toList();
        if (found.size() != 1) {
            throw new CommandException(place + ": expected an object with one of the keys \"text\", \"parts\" and"
                    + " \"messages\", found " + (found.isEmpty() ? "none" : String.join(" and ", found)));
        }
        String key = found.getFirst();
        List<ImageInput> beside =
                object.texts(IMAGES).map(names -> pictures(names, place)).orElse(pictures);
        return switch (key) {
            case TEXT -> marked(object.text(TEXT), beside, place);
            case MessagesJson.KEY ->
                new MixedPrompt.Chat(MessagesJson.conversation(object.value(key).orElseThrow(), beside, place));
            default -> {
                if (object.has(IMAGES)) {
                    throw new CommandException(place + ": \"images\" belongs to \"text\"; \"" + key
                            + "\" has its pictures among the parts");
                }
                yield new MixedPrompt.Parts(PartsJson.parts(object.value(key).orElseThrow(), place + ": " + key));
            }
        };
    }

    private MixedPrompt marked(String text, List<ImageInput> ofText, String place) {
        return chat ? ofUser(text, ofText, place) : new MixedPrompt.Marked(text, ofText);
    }

    /** Pictures stand at their marks, or before a text that has none. */
    private static MixedPrompt ofUser(String text, List<ImageInput> pictures, String place) {
        List<PromptPart> given = PromptPart.parse(text);
        List<ContentPart> parts = new ArrayList<>();
        if (PromptPart.pictures(given) == 0) {
            pictures.forEach(_ -> parts.add(ContentPart.Image.place()));
        }
        for (PromptPart part : given) {
            parts.add(
                    switch (part) {
                        case PromptPart.Text(String words) -> new ContentPart.Text(words);
                        case PromptPart.Picture _ -> ContentPart.Image.place();
                    });
        }
        try {
            return new MixedPrompt.Chat(new Conversation(List.of(ChatMessage.of("user", parts)), pictures));
        } catch (IllegalArgumentException e) {
            throw new CommandException(place + ": " + e.getMessage());
        }
    }
}
