package io.tesserae.training;

import io.tesserae.family.Head;
import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.family.TrainableFamilies;
import io.tesserae.training.family.TrainableFamily;
import io.tesserae.training.network.Network;
import io.tesserae.training.saving.ConfigChanges;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** A tiny checkpoint of the test data, trained with a loss that the test says. */
final class FixtureTask implements TrainingTask {

    /** The loss of some examples. */
    interface Loss {

        Variable of(Network network, Tape tape, int[] examples);
    }

    private final ModelFiles files;
    private final String config;
    private final Network network;
    private final Parameters parameters;
    private final int examples;
    private final Loss loss;
    private Supplier<Map<String, Double>> evaluation;

    private FixtureTask(
            ModelFiles files, String config, Network network, Parameters parameters, int examples, Loss loss) {
        this.files = files;
        this.config = config;
        this.network = network;
        this.parameters = parameters;
        this.examples = examples;
        this.loss = loss;
    }

    /** The fixture with its own weights, and this dropout everywhere. */
    static FixtureTask of(String fixture, Head<?> head, double dropout, int examples, Loss loss) {
        ModelFiles files = ModelFiles.directory(
                Packed.checkpoint(Path.of("..", "testdata", "fixtures").resolve(fixture)));
        try (CheckpointWeights weights = CheckpointWeights.open(files)) {
            TrainableFamily family = TrainableFamilies.of(
                            PretrainedConfig.read(files).modelType())
                    .orElseThrow();
            ConfigChanges changes = ConfigChanges.NONE;
            for (String key : family.dropoutKeys()) {
                changes = changes.withNumber(key, dropout);
            }
            String config = changes.applyTo(files.readText("config.json", 1 << 20), fixture);
            Parameters parameters = Parameters.of(weights, family.basePrefix(), 1, 0.02f);
            Network network = family.heads().get(head).build(PretrainedConfig.parse(config, fixture), parameters);
            return new FixtureTask(files, config, network, parameters, examples, loss);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** With evaluations of which each comes to what this says next. */
    FixtureTask evaluatedAs(Supplier<Map<String, Double>> evaluation) {
        this.evaluation = evaluation;
        return this;
    }

    @Override
    public String description() {
        return "a fixture";
    }

    @Override
    public List<Parameter> parameters() {
        return parameters.all();
    }

    @Override
    public int trainExamples() {
        return examples;
    }

    @Override
    public int evalExamples() {
        return evaluation == null ? 0 : 1;
    }

    @Override
    public Variable loss(Tape tape, int[] batch, long epoch) {
        return loss.of(network, tape, batch);
    }

    @Override
    public Map<String, Double> evaluate(Tape.Setting setting, int batchSize) {
        return evaluation.get();
    }

    @Override
    public String origin(int example) {
        return "texts.tsv, line " + (example + 1);
    }

    @Override
    public ModelFolder model(SequencedMap<String, Tensor> weights) {
        return ModelFolder.of(config, weights, files);
    }

    @Override
    public void close() {}
}
