package io.tesserae.training.task;

import io.tesserae.family.Head;
import io.tesserae.family.blip.BlipConfig;
import io.tesserae.family.blip.BlipTextConfig;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.LabelSet;
import io.tesserae.training.data.image.CaptionBatch;
import io.tesserae.training.data.image.CaptionReader;
import io.tesserae.training.data.image.CaptionTokens;
import io.tesserae.training.data.image.CaptionedImage;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.metric.LargestLogit;
import io.tesserae.training.metric.TaskMetrics;
import io.tesserae.training.network.Network;
import io.tesserae.training.saving.ConfigChanges;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Writes about pictures: each word of a caption is learned from the picture and the words before it. Transformers trains {@code
 * BlipForConditionalGeneration} so, with {@code labels}. A caption begins with the token that generation begins with, and ends with the one
 * that ends it.
 */
public final class ImageToTextTask implements TrainingTask {

    private final TrainedNetwork<Network.OfCaptions> trained;
    private final Dataset<CaptionedImage> train;
    private final Dataset<CaptionedImage> eval;
    private final ImagePreparation preparation;
    private final CrossEntropy crossEntropy;

    private ImageToTextTask(
            TrainedNetwork<Network.OfCaptions> trained,
            Dataset<CaptionedImage> train,
            Dataset<CaptionedImage> eval,
            ImagePreparation preparation,
            CrossEntropy crossEntropy) {
        this.trained = trained;
        this.train = train;
        this.eval = eval;
        this.preparation = preparation;
        this.crossEntropy = crossEntropy;
    }

    /**
     * Reads model and captions; pictures are read when they are wanted. Labels are smoothed as the configuration's {@code label_smoothing}
     * says.
     *
     * @param data rows of {@code image} and {@code text}, or folders with {@code metadata.jsonl} or {@code metadata.csv}
     * @throws TrainingException if a row is no good, or the model cannot be trained so
     * @throws io.tesserae.loaders.files.ModelLoadingException if the checkpoint cannot be read
     */
    public static ImageToTextTask open(NetworkSource source, NetworkOptions networkOptions, TextData data) {
        TrainedNetwork<Network.OfCaptions> trained =
                source.open(Head.IMAGE_CAPTIONING, Network.OfCaptions.class, ConfigChanges.NONE, networkOptions);
        PretrainedConfig config = trained.config();
        BlipTextConfig text = BlipConfig.read(config).textConfig();
        CaptionReader reader = new CaptionReader(
                data.encoder(source.tokenizer(), text.maxPositionEmbeddings()),
                data.columns(),
                CaptionTokens.between(text.bosTokenId(), text.sepTokenId()));
        double smoothing = config.child("text_config")
                .map(part -> part.optionalDouble("label_smoothing", 0, 0, 1))
                .orElse(0.0);
        ImageToTextTask task = new ImageToTextTask(
                trained,
                reader.read(data.train()),
                data.eval().map(reader::read).orElseGet(Dataset::none),
                ImagePreparation.of(source.files()),
                new CrossEntropy((float) smoothing, Optional.empty()));
        task.requireKnown(task.train, text.vocabSize());
        task.requireKnown(task.eval, text.vocabSize());
        return task;
    }

    /** Reads model and captions from files whose columns have names that are recognised. */
    public static ImageToTextTask open(Path checkpoint, Path train, Path eval) {
        return open(NetworkSource.pretrained(checkpoint), NetworkOptions.DEFAULTS, TextData.of(train, eval));
    }

    /** Networks look rows of embeddings up without asking. */
    private void requireKnown(Dataset<CaptionedImage> captions, int words) {
        for (int i = 0; i < captions.size(); i++) {
            for (int id : captions.get(i).caption().inputIds()) {
                if (id < 0 || id >= words) {
                    throw new TrainingException(trained.files().describe("config.json")
                            + ": vocab_size: expected more words than token " + id + ", which the caption of "
                            + captions.get(i).image() + " has, found " + words
                            + "; tokenizer and model belong to different checkpoints");
                }
            }
        }
    }

    @Override
    public String description() {
        return "image-to-text of " + trained.config().modelType() + ", " + train.size() + " examples";
    }

    @Override
    public List<Parameter> parameters() {
        return trained.parameters().all();
    }

    @Override
    public List<String> notices() {
        return trained.notices();
    }

    @Override
    public int trainExamples() {
        return train.size();
    }

    @Override
    public int evalExamples() {
        return eval.size();
    }

    private CaptionBatch batch(Dataset<CaptionedImage> captions, int[] examples) {
        return CaptionBatch.of(captions.get(examples), preparation.reader());
    }

    /** The scores of what comes next, {@code [tokens, vocabulary]}. */
    private Variable logits(Tape tape, CaptionBatch batch) {
        return PictureScores.of(trained, () -> trained.network().logits(tape, batch.images(), batch.captions()));
    }

    @Override
    public Variable loss(Tape tape, int[] examples, long epoch) {
        CaptionBatch batch = batch(train, examples);
        return crossEntropy.of(tape, logits(tape, batch), batch.labels());
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        EvaluationBatches batches = new EvaluationBatches();
        IntStream.Builder predictions = IntStream.builder();
        IntStream.Builder labels = IntStream.builder();
        EvaluationBatches.forEach(eval.size(), batchSize, examples -> {
            CaptionBatch batch = batch(eval, examples);
            try (Tape tape = Tape.evaluating(setting)) {
                Variable logits = logits(tape, batch);
                float loss = CrossEntropy.PLAIN
                        .of(tape, logits, batch.labels())
                        .value()
                        .data()[0];
                batches.addLoss(
                        loss,
                        IntStream.of(batch.labels())
                                .filter(label -> label != LabelSet.IGNORED)
                                .count());
                IntStream.of(LargestLogit.of(EvaluationBatches.rowsOf(logits.value())))
                        .forEach(predictions);
                IntStream.of(batch.labels()).forEach(labels);
            }
        });
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", batches.meanLoss());
        metrics.putAll(
                TaskMetrics.tokens(predictions.build().toArray(), labels.build().toArray(), batches.meanLoss()));
        return metrics;
    }

    @Override
    public String origin(int example) {
        return train.get(example).image().toString();
    }

    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        return trained.model(weights);
    }

    @Override
    public void close() {}
}
