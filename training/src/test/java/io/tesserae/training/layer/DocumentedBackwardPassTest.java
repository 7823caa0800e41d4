package io.tesserae.training.layer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.documents.Page;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.kernel.GradientKernels;
import io.tesserae.training.loss.CrossEntropy;
import io.tesserae.training.optimizer.AdamW;
import io.tesserae.training.optimizer.GradientNorm;
import io.tesserae.training.optimizer.Optimizer;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The numbers of the worked example in {@code docs/backward-passes.md} are those that come out. */
class DocumentedBackwardPassTest {

    private static final String PAGE = "docs/backward-passes.md";
    private static final double LEARNING_RATE = 0.1;
    private static final int LABEL = 1;

    private final Parameter words = new Parameter("words", Tensor.of(new float[] {1, 2, 0}, 1, 3));
    private final Parameter mixing =
            new Parameter("mixing.weight", Tensor.of(new float[] {0, 1, 0, 1, -1, 0, 0, 1, 1}, 3, 3));
    private final Parameter mixingBias = new Parameter("mixing.bias", Tensor.zeros(3));
    private final Parameter normWeight = new Parameter("norm.weight", Tensor.of(new float[] {1, 1, 1}, 3)).ofNorm();
    private final Parameter normBias = new Parameter("norm.bias", Tensor.zeros(3)).ofNorm();
    private final Parameter classifier =
            new Parameter("classifier.weight", Tensor.of(new float[] {1, 0, 0, 0, 0, 1}, 2, 3));
    private final List<Parameter> all = List.of(words, mixing, mixingBias, normWeight, normBias, classifier);

    /** What the forward pass computes. */
    private record Pass(Variable x, Variable a, Variable s, Variable y, Variable logits, Variable loss) {}

    private Pass forward(Tape tape) {
        Variable x = Embeddings.sum(tape, List.of(Embeddings.LookUp.of(words, new int[] {0})));
        Variable a = new Linear(mixing, Optional.of(mixingBias)).forward(tape, x);
        Variable s = Sums.of(tape, x, a);
        Variable y = new LayerNorm(normWeight, normBias, 1e-12f).forward(tape, s);
        Variable logits = new Linear(classifier, Optional.empty()).forward(tape, y);
        return new Pass(x, a, s, y, logits, CrossEntropy.PLAIN.of(tape, logits, new int[] {LABEL}));
    }

    @Test
    void theWorkedExample() {
        List<String> lines = new ArrayList<>();
        Tape.Setting setting = Tape.Setting.of(Engine.shared().machine(), Tape.Keeping.ALL);
        try (Tape tape = Tape.recording(setting, null)) {
            Pass pass = forward(tape);
            lines.add("x = " + row(pass.x().value()));
            lines.add("a = x Aᵀ + b = " + row(pass.a().value()));
            lines.add("s = x + a = " + row(pass.s().value()));
            lines.add("y = norm(s) = " + row(pass.y().value()));
            lines.add("logits = y Cᵀ = " + row(pass.logits().value()));
            lines.add("loss = " + number(pass.loss().value().data()[0]));
            tape.backward(pass.loss(), 1);
        }
        lines.add("dC = " + rows(classifier.gradient().tensor()));
        lines.add("dweight = " + row(normWeight.gradient().tensor()));
        lines.add("dbias = " + row(normBias.gradient().tensor()));
        lines.add("dA = " + rows(mixing.gradient().tensor()));
        lines.add("db = " + row(mixingBias.gradient().tensor()));
        lines.add("dx = " + row(words.gradient().tensor()));
        step(setting, lines);
        lines.add("A = " + rows(mixing.value()));
        lines.add("C = " + rows(classifier.value()));
        try (Tape tape = Tape.evaluating(setting)) {
            lines.add("the loss is then " + number(forward(tape).loss().value().data()[0]));
        }
        String page = oneBlank(String.join("\n", Page.named(PAGE).lines()));
        for (String line : lines) {
            assertTrue(page.contains(oneBlank(line)), () -> PAGE + " does not say what comes out: " + lines);
        }
    }

    private void step(Tape.Setting setting, List<String> lines) {
        try (Workspace workspace = setting.machine().workspace()) {
            GradientKernels kernels = setting.kernels();
            Optimizer.Computing computing = new Optimizer.Computing(kernels, workspace);
            double norm = GradientNorm.of(computing, all);
            float scale = GradientNorm.clipping(norm, 1);
            lines.add("norm = " + number(norm));
            lines.add("scale = " + number(scale));
            new AdamW(AdamW.Settings.DEFAULTS).step(computing, all, LEARNING_RATE, scale);
        }
    }

    private static String rows(Tensor matrix) {
        StringBuilder rows = new StringBuilder();
        int columns = matrix.dimension(1);
        for (int row = 0; row < matrix.dimension(0); row++) {
            rows.append(row == 0 ? "" : " ").append(row(matrix.data(), row * columns, columns));
        }
        return rows.toString();
    }

    private static String row(Tensor tensor) {
        return row(tensor.data(), 0, tensor.size());
    }

    private static String row(float[] data, int from, int count) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            numbers.add(number(data[i]));
        }
        return "[" + String.join(", ", numbers) + "]";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value + 0.0).replaceFirst("^-(0\\.000)$", "$1");
    }

    private static String oneBlank(String text) {
        return text.replaceAll("\\s+", " ").replace('−', '-');
    }
}
