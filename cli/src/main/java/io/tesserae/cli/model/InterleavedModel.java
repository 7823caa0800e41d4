package io.tesserae.cli.model;

import io.tesserae.cli.model.feed.InterleavedFeed;
import io.tesserae.cli.model.feed.PaddedTexts;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.VisionLanguageModel;
import io.tesserae.model.VisionLanguageOutput;
import io.tesserae.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model that continues texts with pictures among the words. */
record InterleavedModel(VisionLanguageModel model) implements LoadedModel {

    /** Loads a checkpoint with its head. */
    static InterleavedModel load(Checkpoint checkpoint, Engine engine) {
        return new InterleavedModel(checkpoint.load(Head.IMAGE_TEXT_TO_TEXT, engine));
    }

    @Override
    public Map<String, Tensor> forward(SafetensorsFile file, OutputOptions options) {
        InterleavedFeed feed = InterleavedFeed.read(file, model, true);
        VisionLanguageOutput output = model.forward(feed.batch(), options);
        var text = output.text();
        PaddedTexts texts = feed.texts();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("logits", texts.rows(text.logits()));
        int pictures = output.imageStarts().length - 1;
        if (pictures > 0) {
            outputs.put("image_hidden_states", byPicture(output, feed));
        }
        texts.addLayers(outputs, "", text.hiddenStates(), text.attentions());
        if (feed.pictureSlots() > 0) {
            texts.addLooks(outputs, "cross_attentions", text.crossAttentions());
        }
        return outputs;
    }

    /** {@code [pictures, rows, width]}; where every text has as many pictures, {@code [batch, pictures, rows, width]}. */
    private Tensor byPicture(VisionLanguageOutput output, InterleavedFeed feed) {
        Tensor rows = output.imageHiddenStates();
        int pictures = output.imageStarts().length - 1;
        int each = output.imageStarts()[1];
        int texts = feed.texts().batch().sequences();
        return model.needsSight()
                ? Tensor.of(rows.data(), texts, pictures / texts, each, rows.dimension(1))
                : Tensor.of(rows.data(), pictures, each, rows.dimension(1));
    }

    @Override
    public void close() {
        model.close();
    }
}
