package io.tesserae.cli.model;

import io.tesserae.cli.model.feed.PaddedTexts;
import io.tesserae.cli.model.feed.PixelFeed;
import io.tesserae.engine.Engine;
import io.tesserae.families.Families;
import io.tesserae.family.CaptionerNames;
import io.tesserae.family.Head;
import io.tesserae.family.ModelFamily;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.ImageCaptioner;
import io.tesserae.model.ImageEncoder;
import io.tesserae.model.ImageTextEncoder;
import io.tesserae.model.ImageTextMatcher;
import io.tesserae.model.Model;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.VisualQuestionAnswerer;
import io.tesserae.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model that takes pixels, and token ids of texts that are about them. */
sealed interface PictureTextModel extends LoadedModel {

    /** What looks at the pictures. */
    ImageEncoder encoder();

    /** Loads a checkpoint with a head. */
    static PictureTextModel load(Head<?> head, Checkpoint checkpoint, Engine engine) {
        String modelType = checkpoint.config().modelType();
        return switch (checkpoint.load(head, engine)) {
            case ImageCaptioner captioner ->
                new Captioner(
                        captioner,
                        Families.ALL
                                .of(modelType)
                                .map(ModelFamily::captionerNames)
                                .orElse(CaptionerNames.USUAL));
            case VisualQuestionAnswerer answerer -> new Answerer(answerer);
            case ImageTextMatcher matcher -> new Matcher(matcher);
            case ImageTextEncoder towers -> new Towers(towers);
            case Model other -> {
                other.close();
                throw new IllegalArgumentException(head.suffix());
            }
        };
    }

    /** Writes about pictures. */
    record Captioner(ImageCaptioner model, CaptionerNames names) implements PictureTextModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
            PaddedTexts.requireKnown(feed, List.of(names.inputs()));
            ImageBatch pictures = PixelFeed.pixels(feed);
            PaddedTexts texts = PaddedTexts.read(feed, names.inputs());
            var output = model.forward(pictures, texts.batch(), options, true);
            var text = output.text();
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("logits", texts.rows(text.logits()));
            Tensor imageEmbeds = ImageModel.byImage(pictures, output.vision().lastHiddenState());
            names.imageEmbeds().forEach(name -> outputs.put(name, imageEmbeds));
            names.pooled()
                    .ifPresent(name -> output.vision().poolerOutput().ifPresent(pooled -> outputs.put(name, pooled)));
            ImageModel.addLayers(outputs, names.pictures(), pictures, output.vision());
            texts.addLayers(outputs, names.texts(), text.hiddenStates(), text.attentions());
            texts.addLooks(outputs, names.crossAttentions(), text.crossAttentions());
            return outputs;
        }

        @Override
        public ImageEncoder encoder() {
            return model.encoder();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Answers questions about pictures. */
    record Answerer(VisualQuestionAnswerer model) implements PictureTextModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
            PaddedTexts.requireKnown(feed, List.of("", "decoder_"));
            ImageBatch pictures = PixelFeed.pixels(feed);
            PaddedTexts questions = PaddedTexts.read(feed, "");
            PaddedTexts answers = PaddedTexts.read(feed, "decoder_");
            var output = model.forward(pictures, questions.batch(), answers.batch(), options, true);
            var question = output.question();
            var answer = output.answer();
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put(
                    "image_embeds", ImageModel.byImage(pictures, output.vision().lastHiddenState()));
            outputs.put("encoder.last_hidden_state", questions.rows(question.lastHiddenState()));
            questions.addLayers(outputs, "encoder.", question.hiddenStates(), question.attentions());
            questions.addLooks(outputs, "encoder.cross_attentions", question.crossAttentions());
            outputs.put("decoder.logits", answers.rows(answer.logits()));
            answers.addLayers(outputs, "decoder.", answer.hiddenStates(), answer.attentions());
            answers.addLooks(outputs, "decoder.cross_attentions", answer.crossAttentions(), questions);
            return outputs;
        }

        @Override
        public ImageEncoder encoder() {
            return model.encoder();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Compares pictures with texts, in both ways. */
    record Matcher(ImageTextMatcher model) implements PictureTextModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
            PaddedTexts.requireKnown(feed, List.of(""));
            ImageBatch pictures = PixelFeed.pixels(feed);
            PaddedTexts texts = PaddedTexts.read(feed, "");
            var match = model.match(pictures, texts.batch(), options, true);
            var comparison = model.compare(pictures, texts.batch(), OutputOptions.RESULT_ONLY, true);
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("itm_score", match.scores());
            outputs.put("cosine", comparison.scores());
            outputs.put("itm.question_embeds", texts.rows(match.text().lastHiddenState()));
            outputs.put("cosine.question_embeds", texts.rows(comparison.text().lastHiddenState()));
            outputs.put(
                    "last_hidden_state",
                    ImageModel.byImage(pictures, match.vision().lastHiddenState()));
            ImageModel.addLayers(outputs, "", pictures, match.vision());
            return outputs;
        }

        @Override
        public ImageEncoder encoder() {
            return model.encoder();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** Compares pictures with texts by a vector of each. */
    record Towers(ImageTextEncoder model) implements PictureTextModel {
        @Override
        public Map<String, Tensor> forward(SafetensorsFile feed, OutputOptions options) {
            PaddedTexts.requireKnown(feed, List.of(""));
            ImageBatch pictures = PixelFeed.pixels(feed);
            PaddedTexts texts = PaddedTexts.read(feed, "");
            var output = model.forward(pictures, texts.batch(), options, true);
            var text = output.text();
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put("logits_per_image", output.logitsPerImage());
            outputs.put("image_embeds", output.imageFeatures());
            outputs.put("text_embeds", output.textFeatures());
            outputs.put(
                    "vision.last_hidden_state",
                    ImageModel.byImage(pictures, output.vision().lastHiddenState()));
            output.vision().poolerOutput().ifPresent(pooled -> outputs.put("vision.pooler_output", pooled));
            ImageModel.addLayers(outputs, "vision.", pictures, output.vision());
            outputs.put("text.last_hidden_state", texts.rows(text.lastHiddenState()));
            text.poolerOutput().ifPresent(pooled -> outputs.put("text.pooler_output", pooled));
            texts.addLayers(outputs, "text.", text.hiddenStates(), text.attentions());
            return outputs;
        }

        @Override
        public ImageEncoder encoder() {
            return model.images();
        }

        @Override
        public void close() {
            model.close();
        }
    }
}
