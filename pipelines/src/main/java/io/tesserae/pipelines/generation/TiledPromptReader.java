package io.tesserae.pipelines.generation;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.loaders.processor.TiledImageProcessor;
import io.tesserae.loaders.processor.TiledPicture;
import io.tesserae.loaders.prompt.PromptPart;
import io.tesserae.loaders.prompt.TiledPicturePrompt;
import io.tesserae.model.ImageBatch;
import io.tesserae.pipelines.schedule.FittingTokenizer;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.tensor.Tensor;
import io.tesserae.tokenizer.EncodingOptions;
import java.util.ArrayList;
import java.util.List;

/** Idefics3 and SmolVLM: each picture is cut into tiles, each of which has many marks. How many tiles, its size says. */
final class TiledPromptReader implements MixedPromptReader {

    private final FittingTokenizer tokenizer;
    private final TiledPicturePrompt prompt;
    private final TiledImageProcessor processor;
    private final PreparedPictures<TiledPicture> prepared;

    TiledPromptReader(
            FittingTokenizer tokenizer, TiledImageProcessor processor, TiledPicturePrompt prompt, Engine engine) {
        this.tokenizer = tokenizer;
        this.prompt = prompt;
        this.processor = processor;
        this.prepared = new PreparedPictures<>(engine, processor::process);
    }

    @Override
    public MixedTokens read(List<PromptPart> parts, boolean rendered, List<ImageInput> pictures) {
        List<TiledPicture> tiled = prepared.of(pictures);
        String text = prompt.text(parts, tiled.stream().map(TiledPicture::grid).toList());
        boolean isBegun = rendered && beginsWithToken(text);
        int[] ids = tokenizer
                .encode(TextInput.of(text), EncodingOptions.DEFAULT.withAddSpecialTokens(!isBegun))
                .inputIds();
        return new MixedTokens(ids, tiles(tiled));
    }

    /** All of a picture is read, in tiles that lie on it as a grid, and as a whole. */
    @Override
    public MixedWriting.Seen seen(RgbImage image, String name) {
        return new MixedWriting.Seen(
                name,
                image,
                new Region(0, 0, image.width(), image.height()),
                processor.grid(image.width(), image.height()));
    }

    private boolean beginsWithToken(String text) {
        String begin = tokenizer.tokenizer().specialTokens().bos();
        return begin != null && text.startsWith(begin);
    }

    private static List<Tensor> tiles(List<TiledPicture> pictures) {
        List<Tensor> tiles = new ArrayList<>();
        for (TiledPicture picture : pictures) {
            ImageBatch ofPicture = ImageBatch.of(picture.pixelValues());
            for (int tile = 0; tile < ofPicture.images(); tile++) {
                tiles.add(ofPicture.pixelValues(tile));
            }
        }
        return tiles;
    }
}
