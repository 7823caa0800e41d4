package io.tesserae.training.layer.picture;

import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.layer.picture.GridPositions.Grid;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;
import java.util.Optional;

/**
 * What every vision transformer begins with: x = [tokens of its own + positions; registers; embedded patches +
 * positions]. Dosovitskiy et al., arXiv 2010.11929, equation 1; registers: Darcet et al., arXiv 2309.16588. The
 * gradients of tokens, registers and positions are sums over the pictures, in their order.
 *
 * @param patches from pixels to rows
 * @param tokens that have a position, {@code [1, 1, hidden]} each
 * @param registers that have none, {@code [1, registers, hidden]}; empty in most families
 * @param positions of tokens and patches
 */
public record PictureTokens(
        PatchEmbedding patches, List<Parameter> tokens, Optional<Parameter> registers, GridPositions positions) {

    /** How many rows of a picture come before those of its patches. */
    public int prefix() {
        return tokens.size()
                + registers.map(values -> values.value().dimension(1)).orElse(0);
    }

    /** The rows of a picture. */
    public int rows(Tensor picture) {
        return prefix() + patches.gridHeight(picture) * patches.gridWidth(picture);
    }

    private Grid grid(Tensor picture) {
        return new Grid(patches.gridHeight(picture), patches.gridWidth(picture));
    }

    /**
     * The rows of all pictures, one picture after the other.
     *
     * @param starts where each picture's rows begin: {@code [pictures + 1]}
     * @return {@code [rows, hidden]}
     */
    public Variable forward(Tape tape, ImageBatch batch, int[] starts) {
        Variable embedded = patches.forward(tape, batch); // [patches, hidden]
        int hidden = embedded.columns();
        Tensor x = tape.take(starts[batch.images()], hidden);
        int firstPatch = 0;
        Grid known = null;
        Tensor added = null; // positions of the known grid
        for (int i = 0; i < batch.images(); i++) {
            Grid grid = grid(batch.pixelValues(i));
            if (!grid.equals(known)) {
                known = grid;
                added = positions.of(tape, grid);
            }
            writePrefix(tape, added, x, starts[i]);
            writePatches(tape, embedded.value(), firstPatch, added, x, starts[i] + prefix());
            firstPatch += grid.height() * grid.width();
        }
        boolean trained = positions.table().isTrained()
                || tokens.stream().anyMatch(Parameter::isTrained)
                || registers.filter(Parameter::isTrained).isPresent();
        return tape.record(x, trained || embedded.needsGradient(), dx -> backward(tape, batch, starts, embedded, dx));
    }

    private void writePrefix(Tape tape, Tensor added, Tensor x, int row) {
        int hidden = x.dimension(1);
        for (int token = 0; token < tokens.size(); token++) {
            int to = (row + token) * hidden;
            System.arraycopy(tokens.get(token).data(), 0, x.data(), to, hidden);
            tape.kernels().add(added.data(), token * hidden, x.data(), to, hidden);
        }
        int to = (row + tokens.size()) * hidden;
        registers.ifPresent(values ->
                System.arraycopy(values.data(), 0, x.data(), to, values.value().size()));
    }

    private void writePatches(Tape tape, Tensor embedded, int firstPatch, Tensor added, Tensor x, int row) {
        int hidden = x.dimension(1);
        tape.overRows(added.dimension(0) - tokens.size(), hidden, (from, to) -> {
            int count = (to - from) * hidden;
            int at = (row + from) * hidden;
            System.arraycopy(embedded.data(), (firstPatch + from) * hidden, x.data(), at, count);
            tape.kernels().add(added.data(), (tokens.size() + from) * hidden, x.data(), at, count);
        });
    }

    private void backward(Tape tape, ImageBatch batch, int[] starts, Variable embedded, Tensor dx) {
        int hidden = dx.dimension(1);
        if (embedded.needsGradient()) {
            Tensor dPatches = embedded.gradient().toAddTo();
            int first = 0;
            for (int i = 0; i < batch.images(); i++) {
                int row = starts[i] + prefix();
                int to = first * hidden;
                tape.kernels().add(dx.data(), row * hidden, dPatches.data(), to, (starts[i + 1] - row) * hidden);
                first += starts[i + 1] - row;
            }
        }
        for (int token = 0; token < tokens.size(); token++) {
            addRows(tape, tokens.get(token), 1, dx, starts, token);
        }
        registers.ifPresent(values -> addRows(tape, values, values.value().dimension(1), dx, starts, tokens.size()));
        if (positions.table().isTrained()) {
            addPositions(tape, batch, starts, dx);
        }
    }

    /** The sum over pictures of what flows back to some of their first rows. */
    private static void addRows(Tape tape, Parameter parameter, int rows, Tensor dx, int[] starts, int firstRow) {
        if (parameter.isTrained()) {
            int hidden = dx.dimension(1);
            float[] sum = parameter.gradient().toAddTo().data();
            for (int i = 0; i + 1 < starts.length; i++) {
                tape.kernels().add(dx.data(), (starts[i] + firstRow) * hidden, sum, 0, rows * hidden);
            }
        }
    }

    private void addPositions(Tape tape, ImageBatch batch, int[] starts, Tensor dx) {
        int hidden = dx.dimension(1);
        float[] sum = positions.table().gradient().toAddTo().data();
        tape.overColumns(hidden, dx.dimension(0), (from, to) -> {
            for (int i = 0; i < batch.images(); i++) {
                for (int token = 0; token < tokens.size(); token++) {
                    int row = (starts[i] + token) * hidden;
                    tape.kernels().add(dx.data(), row + from, sum, token * hidden + from, to - from);
                }
                Grid grid = grid(batch.pixelValues(i));
                positions.addPatches(tape, grid, dx, starts[i] + prefix(), from, to, sum);
            }
        });
    }
}
