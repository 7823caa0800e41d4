package io.tesserae.loaders.prompt;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.processor.TileGrid;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.Locale;

/**
 * Prompts of Idefics3 and SmolVLM: each {@code <image>} of a text becomes as many as the model has vectors for the picture's
 * tiles, with a mark before each tile that says where it lies. The text is to be tokenized with special tokens added.
 *
 * @param imageSequenceLength how many vectors the model has for each tile; 1 or more
 * @param image what stands for a picture, and for each of its vectors: {@code <image>}
 * @param around what is before each tile and behind the last: {@code <fake_token_around_image>}
 * @param global what is before the tile that shows all of the picture: {@code <global-img>}
 * @see <a
 *     href="https://github.com/huggingface/transformers/blob/main/src/transformers/models/smolvlm/processing_smolvlm.py">SmolVLMProcessor
 *     and Idefics3Processor of transformers</a>
 */
public record TiledPicturePrompt(int imageSequenceLength, String image, String around, String global) {

    /** In characters; no model reads so much. A picture of many small tiles would make gigabytes. */
    static final int LONGEST = 1 << 26;

    /** Checks that nothing is empty. */
    public TiledPicturePrompt {
        if (imageSequenceLength < 1) {
            throw new IllegalArgumentException("imageSequenceLength: expected 1 or more, found " + imageSequenceLength);
        }
        if (Arguments.require(image, "image").isEmpty()
                || Arguments.require(around, "around").isEmpty()
                || Arguments.require(global, "global").isEmpty()) {
            throw new IllegalArgumentException("expected three tokens, found one that is empty: image " + image
                    + ", around " + around + ", global " + global);
        }
    }

    /** The tokens that most models have. */
    public TiledPicturePrompt(int imageSequenceLength) {
        this(imageSequenceLength, PromptPart.PICTURE_MARK, "<fake_token_around_image>", "<global-img>");
    }

    /** The same tokens, so many for each tile as the model has vectors: whatever a file says, it takes no other number. */
    public TiledPicturePrompt withImageSequenceLength(int vectors) {
        return new TiledPicturePrompt(vectors, image, around, global);
    }

    /**
     * Checks that a tokenizer knows the tokens.
     *
     * @throws io.tesserae.loaders.files.ModelLoadingException if not
     */
    public void requireKnownTo(Tokenizer tokenizer) {
        RequiredTokens.check(Arguments.require(tokenizer, "tokenizer"), List.of(image, around));
    }

    /**
     * The text to tokenize, from a prompt's parts.
     *
     * @param grids of the pictures, in the order of the parts
     * @throws IllegalArgumentException as {@link #text(String, List)}
     */
    public String text(List<PromptPart> parts, List<TileGrid> grids) {
        StringBuilder prompt = new StringBuilder();
        for (PromptPart part : Arguments.requireAll(parts, "parts")) {
            prompt.append(
                    switch (part) {
                        case PromptPart.Text(String text) -> text;
                        case PromptPart.Picture _ -> image;
                    });
        }
        return text(prompt.toString(), grids);
    }

    /**
     * The text to tokenize, from one in which {@code <image>} stands for each picture, as chat templates make it.
     *
     * @param grids of the pictures, in the order of their marks
     * @throws IllegalArgumentException if there are more or fewer pictures than marks, or the text would be too long
     */
    public String text(String prompt, List<TileGrid> grids) {
        Arguments.require(prompt, "prompt");
        Arguments.requireAll(grids, "grids");
        PictureCount.check(marks(prompt), grids.size());
        requireLength(prompt.length() + grids.stream().mapToDouble(this::length).sum());
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (TileGrid grid : grids) {
            int at = prompt.indexOf(image, from);
            text.append(prompt, from, at);
            appendPicture(text, grid);
            from = at + image.length();
        }
        return text.append(prompt, from, prompt.length()).toString();
    }

    private int marks(String prompt) {
        int count = 0;
        for (int at = prompt.indexOf(image); at >= 0; at = prompt.indexOf(image, at + image.length())) {
            count++;
        }
        return count;
    }

    /** A row of tiles ends in a line break, and before the picture as a whole there is one more. */
    private void appendPicture(StringBuilder text, TileGrid grid) {
        String vectors = image.repeat(imageSequenceLength);
        for (int row = 1; row <= grid.rows(); row++) {
            for (int column = 1; column <= grid.columns(); column++) {
                text.append(around).append(place(row, column)).append(vectors);
            }
            text.append('\n');
        }
        text.append(grid.isCut() ? "\n" : "")
                .append(around)
                .append(global)
                .append(vectors)
                .append(around);
    }

    private static String place(int row, int column) {
        return "<row_" + row + "_col_" + column + ">";
    }

    /** Of a picture's text in characters; at most. A double, since it may be more than a long holds. */
    private double length(TileGrid grid) {
        double tile = around.length()
                + (double) imageSequenceLength * image.length()
                + Math.max(global.length(), place(grid.rows(), grid.columns()).length());
        return tile * grid.tiles() + grid.rows() + around.length() + 1;
    }

    private static void requireLength(double length) {
        if (length > LONGEST) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "the prompt would have %.0f characters, at most %d are allowed: give fewer pictures, or smaller ones",
                    length,
                    LONGEST));
        }
    }
}
