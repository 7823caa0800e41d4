package io.tesserae.cli.model;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.model.feed.EpisodeFeed;
import io.tesserae.cli.model.feed.GenerationFeed;
import io.tesserae.cli.model.feed.PaddedRows;
import io.tesserae.cli.model.feed.PixelFeed;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.EpisodeLosses;
import io.tesserae.model.episode.EpisodeOutput;
import io.tesserae.model.episode.Generalist;
import io.tesserae.model.episode.PhotoTextOutput;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model that reads episodes, or texts with photos before them. Losses are written wherever the feed has what they are made of. */
record EpisodeModel(Generalist model) implements LoadedModel {

    /** Loads a checkpoint with its head. */
    static EpisodeModel load(Checkpoint checkpoint, Engine engine) {
        return new EpisodeModel(checkpoint.load(Head.GENERALIST, engine));
    }

    @Override
    public Map<String, Tensor> forward(SafetensorsFile file, OutputOptions options) {
        return PhotoTextFeed.isOne(file)
                ? forward(PhotoTextFeed.read(file), options)
                : forward(EpisodeFeed.read(file), options);
    }

    private Map<String, Tensor> forward(PhotoTextFeed feed, OutputOptions options) {
        PhotoTextOutput output = model.forward(feed.texts(), options);
        PaddedRows tokens = feed.padding().widened(output.photoTokens()[0], 1);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("logits", tokens.pad(output.logits()));
        outputs.put("inputs_embeds", tokens.pad(output.inputsEmbeds()));
        tokens.addLayers(outputs, output.hiddenStates(), output.attentions());
        output.loss().ifPresent(loss -> outputs.put("loss", scalar(loss)));
        return outputs;
    }

    private Map<String, Tensor> forward(EpisodeFeed feed, OutputOptions options) {
        EpisodeOutput output = model.forward(feed.episodes(), feed.lossWeights(), options);
        PaddedRows tokens = feed.padding().widened(0, 2); // a step is an observation and an action
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("pred_actions", feed.padding().pad(output.predActions()));
        output.predObservations()
                .ifPresent(predicted ->
                        outputs.put("pred_observations", feed.padding().pad(predicted)));
        outputs.put("inputs_embeds", tokens.pad(output.inputsEmbeds()));
        tokens.addLayers(outputs, output.hiddenStates(), output.attentions());
        addLosses(outputs, feed, output.losses());
        return outputs;
    }

    /** The reference computes no loss of discrete actions without a mask, and so none of all. */
    private static void addLosses(Map<String, Tensor> outputs, EpisodeFeed feed, EpisodeLosses losses) {
        outputs.put("observation_loss", scalar(losses.observationLoss()));
        if (feed.isMasked() || feed.episodes().getFirst().actions() instanceof Actions.Continuous) {
            outputs.put("action_loss", scalar(losses.actionLoss()));
            outputs.put("loss", scalar(losses.loss()));
        }
    }

    /** A number of shape {@code []}. */
    private static Tensor scalar(float value) {
        return Tensor.of(new float[] {value}, new int[0]);
    }

    @Override
    public void close() {
        model.close();
    }

    /**
     * Texts, each perhaps behind a photo, from a safetensors file: {@code input_ids} and {@code attention_mask [batch, length]}, {@code
     * pixel_values [batch, channels, height, width]}. Either of texts and photos may be absent.
     *
     * @param texts the tokens that the mask leaves
     * @param padding of the texts alone
     */
    private record PhotoTextFeed(PhotoTexts texts, PaddedRows padding) {

        static final String IDS = "input_ids";
        static final String PIXELS = "pixel_values";

        private static final List<String> KNOWN = List.of(IDS, "attention_mask", PIXELS);

        /** Whether a file is of texts and photos. */
        static boolean isOne(SafetensorsFile file) {
            return file.names().contains(IDS) || file.names().contains(PIXELS);
        }

        /** Reads it. */
        static PhotoTextFeed read(SafetensorsFile file) {
            for (String name : file.names()) {
                if (!KNOWN.contains(name)) {
                    throw new CommandException(file.describe(name)
                            + ": unknown input beside texts and photos; expected input_ids, pixel_values or both and, if"
                            + " wanted, attention_mask, or an episode without these two");
                }
            }
            Optional<ImageBatch> photos =
                    file.names().contains(PIXELS) ? Optional.of(PixelFeed.readPixels(file)) : Optional.empty();
            if (!file.names().contains(IDS)) {
                if (file.names().contains("attention_mask")) {
                    throw new CommandException(file + ": has no tensor input_ids, of which attention_mask is the mask");
                }
                int[][] none = new int[photos.orElseThrow().images()][0];
                return new PhotoTextFeed(new PhotoTexts(photos, none), new PaddedRows(new int[none.length], 0));
            }
            int[][] ids = new GenerationFeed(file)
                    .ids(IDS, photos.map(ImageBatch::images).orElse(0));
            PaddedRows padding = PaddedRows.read(file, ids.length, ids[0].length, photos.isPresent() ? 0 : 1, "tokens");
            for (int text = 0; text < ids.length; text++) {
                ids[text] = Arrays.copyOf(ids[text], padding.lengths()[text]);
            }
            return new PhotoTextFeed(new PhotoTexts(photos, ids), padding);
        }
    }
}
