package io.tesserae.pipelines.generation;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.TileGrid;
import io.tesserae.loaders.prompt.IdeficsPrompt;
import io.tesserae.loaders.prompt.PromptPart;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.EncodingOptions;
import java.util.ArrayList;
import java.util.List;

/** IDEFICS: one mark for each picture, and a text that has its special tokens itself. */
final class IdeficsPromptReader implements MixedPromptReader {

    private static final EncodingOptions WORDS_ALONE = EncodingOptions.DEFAULT.withAddSpecialTokens(false);

    private final FittingTokenizer tokenizer;
    private final IdeficsPrompt prompt;
    private final ImageProcessor processor;
    private final PreparedPictures<Tensor> prepared;

    IdeficsPromptReader(FittingTokenizer tokenizer, ImageProcessor processor, Engine engine) {
        this.tokenizer = tokenizer;
        this.prompt = IdeficsPrompt.of(tokenizer.tokenizer());
        this.processor = processor;
        this.prepared = new PreparedPictures<>(engine, processor::process);
    }

    @Override
    public MixedTokens read(List<PromptPart> parts, boolean rendered, List<ImageInput> pictures) {
        String text = prompt.text(rendered ? withoutBeginning(parts) : withPlaces(parts, pictures), pictures.size());
        int[] ids = tokenizer.encode(TextInput.of(text), WORDS_ALONE).inputIds(); // refuses before pictures are read
        return new MixedTokens(ids, prepared.of(pictures));
    }

    @Override
    public MixedWriting.Seen seen(RgbImage image, String name) {
        return new MixedWriting.Seen(name, image, processor.seenRegion(image.width(), image.height()), TileGrid.WHOLE);
    }

    /** One picture without a place stands before the text. */
    private static List<PromptPart> withPlaces(List<PromptPart> parts, List<ImageInput> pictures) {
        if (pictures.size() != 1 || PromptPart.pictures(parts) > 0) {
            return parts;
        }
        List<PromptPart> placed = new ArrayList<>(parts);
        placed.addFirst(new PromptPart.Picture());
        return placed;
    }

    /** A template may have written the first token already. */
    private List<PromptPart> withoutBeginning(List<PromptPart> parts) {
        if (!parts.isEmpty()
                && parts.getFirst() instanceof PromptPart.Text(String text)
                && text.startsWith(prompt.begin())) {
            List<PromptPart> others = new ArrayList<>(parts);
            others.set(0, new PromptPart.Text(text.substring(prompt.begin().length())));
            return others;
        }
        return parts;
    }
}
