package io.tesserae.loaders.prompt;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.regex.Pattern;

/**
 * IDEFICS's prompts as text: the parts one after the other, texts without the spaces around them, pictures as {@code
 * <image>} between two marks that pictures side by side share. The text is to be tokenized without adding special tokens, since
 * it begins with one.
 *
 * @param begin the token that a prompt begins with: {@code <s>}
 * @param end the token that ends a prompt where that is asked for: {@code </s>}; empty if there is none
 * @param endOfUtterance whether {@code <end_of_utterance>} is put between two texts that follow each other: the instructed
 *     models were trained so. The reference of today does it only where it is asked to
 * @param endOfSequence whether the prompt ends in {@code end}
 * @see <a
 *     href="https://github.com/huggingface/transformers/blob/main/src/transformers/models/idefics/processing_idefics.py">IdeficsProcessor
 *     of transformers</a>
 */
public record IdeficsPrompt(String begin, String end, boolean endOfUtterance, boolean endOfSequence) {

    private static final String AROUND_PICTURE = "<fake_token_around_image>";
    private static final String END_OF_UTTERANCE = "<end_of_utterance>";

    /** A text that the reference would load a picture from: with a scheme and a host, and no space. Python overlooks the other white space. */
    private static final Pattern ADDRESS = Pattern.compile("[\\x00-\\x1F]*+[A-Za-z][A-Za-z0-9+.-]*+://[^/?# ][^ ]*+");

    private static final Pattern OVERLOOKED = Pattern.compile("[\t\r\n]");

    /** Checks that there are tokens where they are needed. */
    public IdeficsPrompt {
        if (Arguments.require(begin, "begin").isEmpty()) {
            throw new IllegalArgumentException("begin: expected a token that a prompt begins with, found none");
        }
        if (Arguments.require(end, "end").isEmpty() && endOfSequence) {
            throw new IllegalArgumentException("end: expected a token, because endOfSequence is true, found none");
        }
    }

    /**
     * Prompts for a tokenizer: with its tokens, and nothing more than the reference adds unasked.
     *
     * @throws ModelLoadingException if it lacks a token that prompts are made of
     */
    public static IdeficsPrompt of(Tokenizer tokenizer) {
        Arguments.require(tokenizer, "tokenizer");
        String begin = tokenizer.specialTokens().bos();
        if (begin == null) {
            throw new ModelLoadingException(
                    "tokenizer_config.json: bos_token: expected the token that a prompt of IDEFICS"
                            + " begins with, found nothing");
        }
        RequiredTokens.check(tokenizer, List.of(PromptPart.PICTURE_MARK, AROUND_PICTURE));
        String end = tokenizer.specialTokens().eos();
        return new IdeficsPrompt(begin, end == null ? "" : end, false, false);
    }

    /** The same, with or without {@code <end_of_utterance>} between two texts. */
    public IdeficsPrompt withEndOfUtterance(boolean wanted) {
        return new IdeficsPrompt(begin, end, wanted, endOfSequence);
    }

    /**
     * The same, with or without the last token.
     *
     * @throws IllegalArgumentException if there is none
     */
    public IdeficsPrompt withEndOfSequence(boolean wanted) {
        return new IdeficsPrompt(begin, end, endOfUtterance, wanted);
    }

    /**
     * The text to tokenize.
     *
     * @param pictures how many come with the prompt
     * @throws IllegalArgumentException if they are more or fewer than the parts, or a text is something else to the reference:
     *     a picture's address, or {@code <image>} itself
     */
    public String text(List<PromptPart> parts, int pictures) {
        PictureCount.check(PromptPart.pictures(parts), pictures);
        StringBuilder prompt = new StringBuilder(begin);
        PromptPart last = null;
        int number = 0;
        for (PromptPart part : parts) {
            switch (part) {
                case PromptPart.Text(String text) -> {
                    if (endOfUtterance && last instanceof PromptPart.Text) {
                        prompt.append(END_OF_UTTERANCE);
                    }
                    prompt.append(checked(stripped(text), number));
                }
                case PromptPart.Picture _ -> {
                    if (!(last instanceof PromptPart.Picture)) {
                        prompt.append(AROUND_PICTURE);
                    }
                    prompt.append(PromptPart.PICTURE_MARK).append(AROUND_PICTURE);
                }
            }
            last = part;
            number++;
        }
        return prompt.append(endOfSequence ? end : "").toString();
    }

    /** Without the spaces around it; other white space stays. */
    private static String stripped(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) == ' ') {
            from++;
        }
        while (from < to && text.charAt(to - 1) == ' ') {
            to--;
        }
        return text.substring(from, to);
    }

    private static String checked(String text, int number) {
        if (text.contains(PromptPart.PICTURE_MARK)) {
            throw new IllegalArgumentException("part " + number + " of the prompt is a text with "
                    + PromptPart.PICTURE_MARK
                    + " in it: give what is before the mark, a picture, and what is behind it as"
                    + " three parts");
        }
        if (ADDRESS.matcher(OVERLOOKED.matcher(text).replaceAll("")).matches()) {
            throw new IllegalArgumentException("part " + number + " of the prompt is the address of a picture: load the"
                    + " picture and give that, or add a word with a space to make it a text");
        }
        return text;
    }
}
