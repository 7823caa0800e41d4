package io.tesserae.pipelines.image;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForZeroShotImageClassification;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.pipelines.schedule.ImageBatches;
import io.tesserae.pipelines.schedule.SideBySideLoading;
import io.tesserae.tokenizer.Tokenizer;
import java.util.function.Function;

/**
 * A model with an encoder for pictures and one for texts, and what prepares both for it.
 *
 * @param model the model
 * @param texts as it reads them
 * @param batches of pictures as it sees them
 */
record Towers(AutoModelForZeroShotImageClassification model, TowerTexts texts, ImageBatches batches) {

    /**
     * Loads a model and makes a pipeline of it.
     *
     * @param pipeline makes it; if it throws, the model is closed
     * @throws io.tesserae.loaders.files.ModelLoadingException if the model cannot be loaded; the message says why
     */
    static <P> P load(Checkpoint checkpoint, Engine engine, Function<Towers, P> pipeline) {
        return SideBySideLoading.load(
                checkpoint,
                () -> AutoModelForZeroShotImageClassification.fromPretrained(checkpoint, engine),
                (tokenizer, model) -> pipeline.apply(of(checkpoint, engine, tokenizer, model)));
    }

    private static Towers of(
            Checkpoint checkpoint, Engine engine, Tokenizer tokenizer, AutoModelForZeroShotImageClassification model) {
        String where = checkpoint.files().describe("config.json");
        ImageBatches batches = new ImageBatches(
                AutoImageProcessor.fromPretrained(checkpoint, engine),
                model.encoder().images(),
                engine);
        batches.requireColour(where);
        return new Towers(model, TowerTexts.of(tokenizer, model.encoder(), where), batches);
    }
}
